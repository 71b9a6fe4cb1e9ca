"""Components of Hetzner Cloud."""
