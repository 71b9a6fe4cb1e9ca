"""What every server is made from, whoever hosts it: one interface for all providers."""

from typing import NotRequired, TypedDict

import pulumi

from config.values import Deletion


class ServerArgs(TypedDict):
    """What a single server is made from."""

    location: str
    """Where it stands, in the provider's own word: fra1 at DigitalOcean, fsn1 at Hetzner, eu-central at Linode, and the
    availability zone at AWS, such as eu-central-1a."""
    plan: str
    """The provider's own name of the size: s-1vcpu-2gb, cx23, g6-standard-1, t3.small."""
    disk: int
    """The size of the server's own disk in GiB, for AWS alone: elsewhere it comes with the plan."""
    image: pulumi.Input[str]
    """The provider's own name of the image: debian-12-x64, debian-12, linode/debian12, and the id of an AMI at AWS.
    Another image is another server."""
    user_data: pulumi.Input[str]
    """What cloud-init is given, as plain text within the provider's limit. It holds no secret. Other user data is
    another server; the volume and the address stay."""
    ssh_keys: dict[str, str]
    """The public keys of those who may log in, as in authorized_keys, by the name of each. AWS takes one at most: the
    others have to be in the user data. Another key is another server."""
    known_ssh_keys: NotRequired[list[str]]
    """Keys that the account has already, by what the provider calls them: the fingerprint at DigitalOcean, the name at
    Hetzner and AWS. DigitalOcean and Hetzner refuse a key that they have a second time. Linode has none."""
    ssh_from: list[str]
    """The ranges from which people may log in, IPv4 and IPv6. Empty: port 22 is closed."""
    web_from: NotRequired[list[str]]
    """The ranges from which 80 and 443 are reached, such as those of a proxy before it. Left out: everybody."""
    egress_ports: NotRequired[dict[str, int]]
    """The TCP ports that it may call others on, by what is there, such as {"https": 443}. Names and time it may always
    ask for. Left out: everything."""
    volume: NotRequired[int]
    """The size of the data volume in GiB. It can grow, never shrink. Left out: there is none."""
    deletion: Deletion
    """What becomes of the volume when it leaves the program."""
    snapshots: bool
    """Whether the provider copies the server's disk each day. Only AWS copies the volume as well."""
    emails: list[str]
    """Who is told when the server is unwell. Empty: nobody. DigitalOcean writes only to addresses that the team has
    confirmed, and Linode to those of the account whatever is said here."""
    tags: dict[str, str]
    """Tags for everything that can have them."""
