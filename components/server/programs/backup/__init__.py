"""Copies what a single server keeps, encrypted, to a bucket elsewhere, once a day. docs/backups.md tells of it.

`contents` is also what a drill runs, so that both count and sum alike.
"""
