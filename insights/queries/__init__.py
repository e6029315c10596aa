"""Reading what is measured."""
