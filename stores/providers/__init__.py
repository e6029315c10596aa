"""This app's answers to the ports below it: stores and stock, in and out as CSV."""
