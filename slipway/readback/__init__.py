"""What Cloudflare has of a stack's Worker after a deployment, held against what the program declares."""
