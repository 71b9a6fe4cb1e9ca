"""The keys of those who may log in to a server. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.server.args import ServerArgs


def named_keys(args: ServerArgs) -> dict[str, str]:
    """The public keys by name. Raises `ValueError` where there is no key at all.

    DigitalOcean and Hetzner then make a password for root and mail it, and Linode makes no server.
    """
    if not args["ssh_keys"] and not args.get("known_ssh_keys"):
        raise ValueError(
            "ssh_keys is empty: without a key the provider makes a password for root; give one, or name one that the"
            " account has in known_ssh_keys"
        )
    return args["ssh_keys"]
