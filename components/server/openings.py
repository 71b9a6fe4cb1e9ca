"""What may come to a server and leave it: the same at every provider. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.server.args import ServerArgs

EVERYBODY = ("0.0.0.0/0", "::/0")
_WEB = {"http": 80, "https": 443}
_NAMES, _TIME = 53, 123
_EVERY = "1-65535"


@dataclass(frozen=True, slots=True)
class Opening:
    """One port, and the ranges that it is open to."""

    role: str
    """What it is for: http, https or ssh."""
    port: int
    """The TCP port."""
    sources: tuple[str, ...]
    """Ranges in CIDR notation."""

    @property
    def ipv4(self) -> list[str]:
        """The ranges of IPv4."""
        return [source for source in self.sources if ":" not in source]

    @property
    def ipv6(self) -> list[str]:
        """The ranges of IPv6."""
        return [source for source in self.sources if ":" in source]


@dataclass(frozen=True, slots=True)
class Exit:
    """One protocol with ports that it may call everybody on: a number, or a range such as 1-65535."""

    role: str
    protocol: str
    ports: str


def openings(args: ServerArgs) -> tuple[Opening, ...]:
    """The web for whom it is meant, and SSH for the named ranges. No source, no opening."""
    web = tuple(args.get("web_from", EVERYBODY))
    found = [Opening(role, port, web) for role, port in _WEB.items()]
    return tuple(each for each in (*found, Opening("ssh", 22, tuple(args["ssh_from"]))) if each.sources)


def exits(args: ServerArgs) -> tuple[Exit, ...]:
    """What the server may call: the named ports, and names and time; everything where no port is named."""
    if "egress_ports" not in args:
        return Exit("tcp", "tcp", _EVERY), Exit("udp", "udp", _EVERY)
    named = [Exit(role, "tcp", str(port)) for role, port in args["egress_ports"].items()]
    return (
        *named,
        Exit("long-names", "tcp", str(_NAMES)),  # answers that do not fit into one packet
        Exit("names", "udp", str(_NAMES)),
        Exit("time", "udp", str(_TIME)),
    )
