"""Restores a single server's backup into a scratch place and says whether it is what the server had."""
