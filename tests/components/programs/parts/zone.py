from components.aws.zone import Zone, ZoneArgs

balancer = {"dns_name": "lb.example", "zone_id": "Z35"}
zone: ZoneArgs = {
    "zone_id": "Z0123456789",
    "aliases": {"shop.example": balancer, "chat.shop.example": balancer},
    "sites": {"www.shop.example": {"dns_name": "d1.cloudfront.example", "zone_id": "Z2F"}},
    "addresses": {"server.shop.example": "203.0.113.7"},
    "mail": {
        "spf": {"type": "TXT", "name": "send.shop.example", "content": "v=spf1 include:mail.example ~all"},
        "proof": {"type": "TXT", "name": "send.shop.example", "content": 'says "yes"'},
        "bounces": {"type": "MX", "name": "send.shop.example", "content": "feedback.mail.example", "priority": 10},
        "dkim": {"type": "TXT", "name": "resend._domainkey.shop.example", "content": "p=" + "A" * 300},
        "links": {"type": "CNAME", "name": "links.shop.example", "content": "links.mail.example"},
    },
}


def make(guarded):
    Zone("zone", zone)
    Zone("guarded-zone", zone, guarded("zone"))
