"""What is asked of a single server, wherever it is: in full, and as little as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.values import Deletion

if TYPE_CHECKING:
    from components.server.args import ServerArgs


def full(location: str, plan: str, image: str) -> ServerArgs:
    """A server with a volume, a key and everything that looks after it."""
    return {
        "location": location,
        "plan": plan,
        "disk": 50,
        "image": image,
        "user_data": "#cloud-config\nssh_pwauth: false\npackages: [nginx, unattended-upgrades]\n",
        "ssh_keys": {"anna": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8o7yGhZ9a2bRr3kq5vXQ0dJtYw1mNcLeKfPzSxUoVi anna"},
        "ssh_from": ["198.51.100.0/24", "2001:db8:1::/48"],
        "volume": 20,
        "deletion": Deletion.PROTECT,
        "snapshots": True,
        "emails": ["ops@example.com"],
        "tags": {"application": "shop", "environment": "production"},
    }


def least(server: ServerArgs, *known_ssh_keys: str) -> ServerArgs:
    """The same server with nothing to lose, behind somebody else's network; with other keys, where there are any."""
    found: ServerArgs = {
        **server,
        "ssh_from": [],
        "web_from": ["173.245.48.0/20", "2400:cb00::/32"],
        "egress_ports": {"https": 443, "database": 5432},
        "deletion": Deletion.DESTROY,
        "snapshots": False,
        "emails": [],
    }
    del found["volume"]
    return {**found, "ssh_keys": {}, "known_ssh_keys": list(known_ssh_keys)} if known_ssh_keys else found
