"""The sizes that providers of single servers sell, and which of them is the cheapest that has what is asked. Pure.

Prices order the plans of one provider and are no estimate: each list says where it is from and when it was read, and
providers change them. A plan that could not be ordered on that day is known by its name and never chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ServerProvider = Literal["digitalocean", "hetzner", "linode", "aws"]
Architecture = Literal["amd64", "arm64"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One size of a server."""

    slug: str
    """The provider's own name of it."""
    cores: int
    """Virtual processors."""
    memory: float
    """GiB."""
    disk: int | None
    """GiB that come with it; None where a disk of any size is ordered beside it."""
    price: float
    """A month's, in the provider's currency."""
    dedicated: bool = False
    """Whether its processors are its own."""
    architecture: Architecture = "amd64"
    """The processors' kind, by Debian's name."""
    orderable: bool = True
    """Whether it could be ordered on the day of the list."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A provider's plans."""

    currency: Literal["USD", "EUR"]
    read: str
    """The day of the figures, as in 2026-09-03."""
    source: str
    """Where they are from."""
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class ServerSize:
    """What a server shall have at least."""

    cores: int
    """Virtual processors."""
    memory: float
    """GiB."""
    disk: int
    """GiB of the server's own disk."""
    dedicated: bool = False
    """Whether its processors have to be its own."""
    architecture: Architecture = "amd64"
    """The processors' kind."""


PRICE_LISTS: Final[dict[ServerProvider, PriceList]] = {
    "digitalocean": PriceList(
        "USD",
        "2022-07-01",
        "DigitalOcean's new prices of July 2022, which its slugs still have; not read since",
        (
            Plan("s-1vcpu-512mb-10gb", 1, 0.5, 10, 4),
            Plan("s-1vcpu-1gb", 1, 1, 25, 6),
            Plan("s-1vcpu-2gb", 1, 2, 50, 12),
            Plan("s-2vcpu-2gb", 2, 2, 60, 18),
            Plan("s-2vcpu-4gb", 2, 4, 80, 24),
            Plan("s-2vcpu-8gb-amd", 2, 8, 100, 42),
            Plan("s-4vcpu-8gb", 4, 8, 160, 48),
            Plan("s-4vcpu-16gb-amd", 4, 16, 200, 84),
            Plan("s-8vcpu-16gb", 8, 16, 320, 96),
            Plan("s-8vcpu-32gb-amd", 8, 32, 400, 168),
            Plan("c-2", 2, 4, 25, 42, dedicated=True),
            Plan("g-2vcpu-8gb", 2, 8, 25, 63, dedicated=True),
            Plan("c-4", 4, 8, 50, 84, dedicated=True),
            Plan("g-4vcpu-16gb", 4, 16, 50, 126, dedicated=True),
            Plan("c-8", 8, 16, 100, 168, dedicated=True),
            Plan("g-8vcpu-32gb", 8, 32, 100, 252, dedicated=True),
        ),
    ),
    "hetzner": PriceList(
        "EUR",
        "2026-09-03",
        "Hetzner's prices for new orders since 15 June 2026 in Germany and Finland, without VAT, with an IPv4 address",
        (
            Plan("cx23", 2, 4, 40, 5.99, orderable=False),
            Plan("cx33", 4, 8, 80, 8.99, orderable=False),
            Plan("cx43", 8, 16, 160, 16.49, orderable=False),
            Plan("cx53", 16, 32, 320, 29.99, orderable=False),
            Plan("cax11", 2, 4, 40, 6.49, architecture="arm64", orderable=False),
            Plan("cax21", 4, 8, 80, 10.99, architecture="arm64", orderable=False),
            Plan("cax31", 8, 16, 160, 21.49, architecture="arm64", orderable=False),
            Plan("cax41", 16, 32, 320, 41.49, architecture="arm64", orderable=False),
            Plan("cpx12", 1, 2, 40, 11.99),
            Plan("cpx22", 2, 4, 80, 19.99),
            Plan("cpx32", 4, 8, 160, 35.99),
            Plan("cpx42", 8, 16, 320, 69.99),
            Plan("ccx13", 2, 8, 80, 43.49, dedicated=True),
            Plan("ccx23", 4, 16, 160, 86.49, dedicated=True),
            Plan("ccx33", 8, 32, 240, 138.99, dedicated=True),
        ),
    ),
    "linode": PriceList(
        "USD",
        "2026-09-17",
        "Linode's public list of types: its first plans, the others by their memory as in that list",
        (
            Plan("g6-nanode-1", 1, 1, 25, 5),
            Plan("g6-standard-1", 1, 2, 50, 12),
            Plan("g6-standard-2", 2, 4, 80, 24),
            Plan("g6-standard-4", 4, 8, 160, 48),
            Plan("g6-standard-6", 6, 16, 320, 96),
            Plan("g6-standard-8", 8, 32, 640, 192),
            Plan("g6-dedicated-2", 2, 4, 80, 36, dedicated=True),
            Plan("g6-dedicated-4", 4, 8, 160, 72, dedicated=True),
            Plan("g6-dedicated-8", 8, 16, 320, 144, dedicated=True),
            Plan("g6-dedicated-16", 16, 32, 640, 288, dedicated=True),
        ),
    ),
    "aws": PriceList(
        "USD",
        "2026-10-02",
        "EC2 on demand in us-east-1, 730 hours; t4g by public tables of March 2025",
        (
            Plan("t3.micro", 2, 1, None, 7.59),
            Plan("t3.small", 2, 2, None, 15.18),
            Plan("t3.medium", 2, 4, None, 30.37),
            Plan("t3.large", 2, 8, None, 60.74),
            Plan("t3.xlarge", 4, 16, None, 121.47),
            Plan("t3.2xlarge", 8, 32, None, 242.94),
            Plan("t4g.micro", 2, 1, None, 6.13, architecture="arm64"),
            Plan("t4g.small", 2, 2, None, 12.26, architecture="arm64"),
            Plan("t4g.medium", 2, 4, None, 24.53, architecture="arm64"),
            Plan("t4g.large", 2, 8, None, 49.06, architecture="arm64"),
            Plan("t4g.xlarge", 4, 16, None, 98.11, architecture="arm64"),
            Plan("t4g.2xlarge", 8, 32, None, 196.22, architecture="arm64"),
        ),
    ),
}


def plan_named(provider: ServerProvider, slug: str) -> Plan | None:
    """A provider's plan by its own name, also one that could not be ordered; None where the list lacks it."""
    return next((plan for plan in PRICE_LISTS[provider].plans if plan.slug == slug), None)


def cheapest(provider: ServerProvider, size: ServerSize) -> Plan | None:
    """The cheapest plan that has at least what is asked, the larger of two that cost the same; None without one."""
    found = [plan for plan in _offered(provider, size) if has(plan, size)]
    return min(found, key=lambda plan: (plan.price, -plan.memory, -plan.cores, plan.slug), default=None)


def has(plan: Plan, size: ServerSize) -> bool:
    """Whether a plan has at least what is asked."""
    kind = plan.architecture == size.architecture and (plan.dedicated or not size.dedicated)
    large = plan.cores >= size.cores and plan.memory >= size.memory
    return kind and large and (plan.disk is None or plan.disk >= size.disk)


def offer(provider: ServerProvider, size: ServerSize) -> str:
    """What a provider has of that kind instead, in words: its largest plans, of which no other has more of everything.

    It says what to do where there is none of the kind at all.
    """
    offered = _offered(provider, size)
    largest = [plan for plan in offered if not any(_beyond(other, plan) for other in offered)]
    if not largest:
        kind = f"{size.architecture}{' of its own' if size.dedicated else ''}"
        return f"no plan with processors of {kind} could be ordered on {PRICE_LISTS[provider].read}"
    return "; ".join(_told(plan) for plan in largest)


def _offered(provider: ServerProvider, size: ServerSize) -> list[Plan]:
    return [
        plan
        for plan in PRICE_LISTS[provider].plans
        if plan.orderable and plan.architecture == size.architecture and (plan.dedicated or not size.dedicated)
    ]


def _beyond(one: Plan, other: Plan) -> bool:
    """Whether a plan has at least as much of everything as another one, and is another one."""
    disk = one.disk is None or (other.disk is not None and one.disk >= other.disk)
    return one != other and one.cores >= other.cores and one.memory >= other.memory and disk


def _told(plan: Plan) -> str:
    disk = "a disk of any size" if plan.disk is None else f"{plan.disk} GiB of disk"
    return f"{plan.slug} has {plan.cores} cores, {plan.memory:g} GiB and {disk}"
