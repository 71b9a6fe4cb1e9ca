"""A simulated cloud behind Pulumi's provider protocol. It serves any package by name and touches no account."""
