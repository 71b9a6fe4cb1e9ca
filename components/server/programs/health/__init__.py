"""Looks each minute whether a single server is well, for who asks from outside. docs/servers.md tells of it."""
