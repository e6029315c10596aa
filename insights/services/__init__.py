"""Building what is measured."""
