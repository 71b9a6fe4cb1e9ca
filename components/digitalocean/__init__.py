"""Components of DigitalOcean."""
