"""Components that belong to no cloud."""
