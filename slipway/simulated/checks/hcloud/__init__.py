"""What Hetzner Cloud and its provider refuse."""
