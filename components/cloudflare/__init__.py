"""Components of Cloudflare."""
