"""What Linode and its provider refuse."""
