"""The rules: pure functions over a plan, the same for the offline plan and for Pulumi's policy host."""
