"""What DigitalOcean and its provider refuse."""
