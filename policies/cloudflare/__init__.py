"""Rules about resources of Cloudflare."""
