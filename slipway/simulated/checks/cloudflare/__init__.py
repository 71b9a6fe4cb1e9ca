"""What Cloudflare and its provider refuse, subject by subject; `checks` says how a module here is found."""
