"""Stops with a message of its own."""

import pulumi

raise pulumi.RunError("choose a size first")
