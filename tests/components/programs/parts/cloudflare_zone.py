from components.cloudflare.zone import CloudflareZone, CloudflareZoneArgs

zone: CloudflareZoneArgs = {
    "zone_id": "0123456789abcdef0123456789abcdef",
    "aliases": {"shop.example": "lb.example", "chat.shop.example": "lb.example"},
    "sites": {"www.shop.example": "d1.cloudfront.example"},
    "addresses": {"server.shop.example": "203.0.113.7"},
    "proxied": True,
    "mail": {
        "spf": {"type": "TXT", "name": "send.shop.example", "content": "v=spf1 include:mail.example ~all"},
        "bounces": {"type": "MX", "name": "send.shop.example", "content": "feedback.mail.example", "priority": 10},
        "dkim": {"type": "TXT", "name": "resend._domainkey.shop.example", "content": "p=" + "A" * 300},
        "links": {"type": "CNAME", "name": "links.shop.example", "content": "links.mail.example"},
    },
}
edge = {
    "managed_rules": ["managed", "owasp"],
    "rate_limit": {"requests": 50, "period": 10, "exempt_paths": ["/hooks/pay"], "exempt_folders": ["/assets/"]},
    "browser_cache": 1800,
    "cached_folders": ["/assets/"],
    "redirects": {"old-www.shop.example": "shop.example"},
    "health_paths": {"shop.example": "/health"},
}


def make(guarded):
    CloudflareZone("cloudflare-zone", zone)
    CloudflareZone("cloudflare-zone-edge", {**zone, "sites": {}, "edge": edge})
    CloudflareZone("cloudflare-zone-direct", {**zone, "proxied": False})
    CloudflareZone("guarded-cloudflare-zone", zone, guarded("cloudflare-zone"))
