"""Segment's HTTP API at `/v1/`: its libraries work by changing the host."""
