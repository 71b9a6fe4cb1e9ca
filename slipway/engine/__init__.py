"""The real, unmodified Pulumi engine, offline: where it is, a private home for it, its commands, their results."""
