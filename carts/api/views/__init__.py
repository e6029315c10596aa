"""The cart's endpoints, by what they are about."""
