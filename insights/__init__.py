"""Paths, attribution and the figures of the house, each opening the rows behind it."""
