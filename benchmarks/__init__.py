"""Measured claims: `make bench-<name>`."""
