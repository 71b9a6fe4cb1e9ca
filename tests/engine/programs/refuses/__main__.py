"""Ends with a message for its user."""

import pulumi

raise pulumi.RunError("choose a size first")
