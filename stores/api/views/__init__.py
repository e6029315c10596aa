"""Endpoints of places, devices and stock."""
