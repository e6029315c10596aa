"""Measures the production stack beside two floors: PostgreSQL alone, and a bare WSGI callable. `make bench`."""
