from components.cloudflare.edge_challenge import EdgeChallenge

widget = {
    "account_id": "0123456789abcdef0123456789abcdef",
    "title": "shop-production",
    "domains": ["shop.example"],
    "mode": "managed",
}


def make(guarded):
    EdgeChallenge("edge-challenge", widget)
    EdgeChallenge("guarded-edge-challenge", widget, guarded("edge-challenge"))
