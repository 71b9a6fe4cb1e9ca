"""The one server of the topology `vps`: who hosts it, how large it is, who may log in, what is kept beside it."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from config.aws import AccountId, Region, RoleArn, Zone
from config.server_plans import Architecture, ServerSize
from config.settings import Settings, refuse, refused_at
from config.ssh_keys import PublicKey, key_content
from config.values import Cidr, Deletion, EmailAddress, Flag, Matches, SecretName, Whole

# Nobody who comes over the internet has an address of these.
_INSIDE = tuple(
    map(
        ipaddress.IPv4Network,
        ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    )
)
WIDEST = 16  # a shorter prefix is no named range: docs/rules.md, server-ssh-limited

# What each takes: docs.digitalocean.com/products/droplets/how-to/provide-user-data, docs.hetzner.cloud (user_data),
# techdocs.akamai.com/cloud-computing/docs/overview-of-the-metadata-service, and EC2's own limit.
USER_DATA_LIMITS = {"digitalocean": 65_536, "hetzner": 32_768, "linode": 16_384, "aws": 16_384}
# Debian 12, whose packages the tests run.
IMAGES = {"digitalocean": "debian-12-x64", "hetzner": "debian-12", "linode": "linode/debian12"}

ProviderRegion = Annotated[
    str, Matches(r"[a-z]{2,}[a-z0-9-]{0,29}", "the provider's own name of a place is wanted", "write it as in fra1")
]
KnownKey = Annotated[
    str, Matches(r"[A-Za-z0-9:._ @-]{1,200}", "what the provider calls a key is wanted", "look it up in its console")
]


class DigitalOceanPlace(Settings):
    """A droplet at DigitalOcean. The token comes from the environment: DIGITALOCEAN_TOKEN."""

    kind: Literal["digitalocean"]
    """Always `digitalocean`."""
    region: ProviderRegion
    """The region, as in fra1."""


class HetznerPlace(Settings):
    """A server at Hetzner Cloud. The token comes from the environment: HCLOUD_TOKEN."""

    kind: Literal["hetzner"]
    """Always `hetzner`."""
    region: ProviderRegion
    """The location, as in nbg1."""


class LinodePlace(Settings):
    """An instance at Linode. The token comes from the environment: LINODE_TOKEN."""

    kind: Literal["linode"]
    """Always `linode`."""
    region: ProviderRegion
    """The region, as in eu-central."""


class AwsPlace(Settings):
    """One EC2 machine in a network of its own."""

    kind: Literal["aws"]
    """Always `aws`."""
    region: Region
    """The AWS region."""
    zone: Zone
    """The availability zone of server and volume, as in eu-central-1a."""
    ami: Annotated[
        str, Matches(r"ami-[0-9a-f]{8,17}", "the id of an AMI is wanted", "write it as in ami-0123456789abcdef0")
    ]
    """The image: Debian 12 of the plan's architecture, by its id in the region. Debian publishes them."""
    account_ids: tuple[AccountId, ...] = ()
    """The accounts that the stack may be deployed to; none means any. Production must name them."""
    role_arn: RoleArn | None = None
    """The IAM role that deploys; none means the caller's own identity."""

    @model_validator(mode="after")
    def _there(self) -> Self:
        rule = f"this zone is none of the region {self.region}"
        remedy = f"write one of its own, as in {self.region}a"
        refuse("AwsPlace", [refused_at(("zone",), self.zone, rule, remedy)] if self.zone[:-1] != self.region else [])
        return self


Place = Annotated[DigitalOceanPlace | HetznerPlace | LinodePlace | AwsPlace, Field(discriminator="kind")]


class Size(Settings):
    """What the server must have at least. The cheapest of the provider's plans that has it is taken."""

    cores: Annotated[Whole, Field(ge=1, le=64)]
    """Processors."""
    memory: Annotated[Whole, Field(ge=1, le=256)]
    """Memory in GiB. What shall run must fit."""
    disk: Annotated[Whole, Field(ge=10, le=2000)] = 20
    """The server's own disk in GiB: system, releases and logs; data lies on the volume."""
    dedicated: Flag = False
    """Whether its processors have to be its own."""
    architecture: Architecture = "amd64"
    """The processors' kind: `amd64` or `arm64`."""

    def wanted(self) -> ServerSize:
        """The same, as plans are looked up by."""
        return ServerSize(self.cores, self.memory, self.disk, self.dedicated, self.architecture)


class SshAccess(Settings):
    """Who may log in: by key alone, as the user `deploy`, or as `operator` where that is written down."""

    keys: Annotated[tuple[PublicKey, ...], Field(min_length=1, max_length=20)]
    """The public keys that may, that of `private_key` among them."""
    operators: Annotated[tuple[PublicKey, ...], Field(max_length=20)] = ()
    """The public keys of people who may log in as `operator` and become root by sudo, to restore, to move and to look.
    None: there is no such user, and nobody becomes root, but by containers, whose engine `deploy` may use. No key of
    `keys` may be here too."""
    networks: Annotated[tuple[Cidr, ...], Field(min_length=1, max_length=20)]
    """The networks from which they may, that of whoever deploys among them: a deployment brings releases and secrets
    by SSH. As in 203.0.113.7/32; a /16 is the widest."""
    known_keys: tuple[KnownKey, ...] = ()
    """Keys that the provider's account has already, by what it calls each (a fingerprint at DigitalOcean, a name at
    Hetzner and AWS): then none is made there, which the first two refuse a second time."""
    private_key: SecretName = "DEPLOY_KEY"  # a name
    """The name of the secret that holds the private key by which a deployment logs in."""
    host_key: PublicKey | None = None
    """The server's own public key, to be written down after the first deployment: then nobody else can pass for it.
    None believes whoever answers at the address. A new server has a new one."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        refuse("SshAccess", [*self._shared(), *self._wide(), *self._inside(), *self._twice()])
        return self

    def _shared(self) -> list[InitErrorDetails]:
        """Whoever holds the key by which releases come, such as a pipeline, must not be root by it."""
        deploying = {key_content(each) for each in self.keys}
        rule = "this key is among ssh.keys too, and who brings releases would be root by it"
        remedy = (
            "give the operator a key of their own, or take it out of ssh.keys: an operator can do all that deploy can"
        )
        return [
            refused_at(("operators", index), each.partition(" ")[0], rule, remedy)
            for index, each in enumerate(self.operators)
            if key_content(each) in deploying
        ]

    def _wide(self) -> list[InitErrorDetails]:
        rule = f"a network wider than /{WIDEST} is no named range, and open SSH ports are tried a thousand times a day"
        return [
            refused_at(("networks", index), each, rule, "name the networks of those who log in")
            for index, each in enumerate(self.networks)
            if int(each.partition("/")[2]) < WIDEST
        ]

    def _inside(self) -> list[InitErrorDetails]:
        rule = "nobody who comes over the internet has an address of a private network"
        remedy = "write the public address of those who log in, as in 203.0.113.7/32"
        return [
            refused_at(("networks", index), each, rule, remedy)
            for index, each in enumerate(self.networks)
            if any(ipaddress.IPv4Network(each).overlaps(inside) for inside in _INSIDE) and each != "0.0.0.0/0"
        ]

    def _twice(self) -> list[InitErrorDetails]:
        """Firewalls refuse the same rule a second time."""
        found = [ipaddress.IPv4Network(each) for each in self.networks]
        return [
            refused_at(
                ("networks", index),
                str(each),
                f"{other} stands here already and shares addresses with it",
                "keep the wider one",
            )
            for index, each in enumerate(found)
            for other in found[:index]
            if each.overlaps(other)
        ]


class DataVolume(Settings):
    """A volume of its own for data, which survives the server."""

    kind: Literal["volume"]
    """Always `volume`."""
    size: Annotated[Whole, Field(ge=10, le=10000)] = 20
    """How large it is, in GiB. It may grow and never shrink."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of it when it leaves the program: protect, retain or destroy."""


class NoVolume(Settings):
    """Data lies on the server's own disk, and is gone with the server: only where that may be."""

    kind: Literal["none"]
    """Always `none`."""


Volume = Annotated[DataVolume | NoVolume, Field(discriminator="kind")]


class UptimeCheck(Settings):
    """Somebody asks from outside whether the application answers and the server is well, and sends a mail when not."""

    kind: Literal["provider", "digitalocean", "route53"]
    """Who asks: the server's own `provider`, which DigitalOcean and AWS can; or DigitalOcean or Amazon's Route 53 for a
    server elsewhere, with a token or credentials of theirs."""
    emails: Annotated[tuple[EmailAddress, ...], Field(min_length=1, max_length=10)]
    """The addresses that get the mail."""


class NoUptimeCheck(Settings):
    """Nobody asks, or somebody whom the stack does not know."""

    kind: Literal["none"]
    """Always `none`."""


Uptime = Annotated[UptimeCheck | NoUptimeCheck, Field(discriminator="kind")]


class Packages(Settings):
    """Where the server installs from, for networks with mirrors of their own."""

    debian: (
        Annotated[
            str,
            Matches(
                r"https?://[a-z0-9][a-z0-9.:/-]{3,200}(?<!/)",
                "the address of a mirror of Debian is wanted",
                "write it as in https://mirror.example.com/debian",
            ),
        ]
        | None
    ) = None
    """A mirror of Debian, with security updates under the same address and -security; none means the provider's own."""
    node: Annotated[
        str,
        Matches(
            r"https://[a-z0-9][a-z0-9.:/-]{3,200}(?<!/)",
            "the address of a mirror of Node.js's archives is wanted",
            "write it as in https://nodejs.org/dist",
        ),
    ] = "https://nodejs.org/dist"
    """Where Node.js's archives are, with their sums."""
    npm: (
        Annotated[
            str,
            Matches(
                r"https://[a-z0-9][a-z0-9.:/-]{3,200}(?<!/)",
                "the address of a registry for npm is wanted",
                "write it as in https://npm.example.com",
            ),
        ]
        | None
    ) = None
    """The registry that npm asks; none means its own."""
