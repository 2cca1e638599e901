"""Measures the portal beside a bare Django site on the same servers: `make bench`. See README.md."""
