"""How Cloudflare answers for a whole zone, and what the zone's plan at Cloudflare has of that."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.settings import Settings, refused_at
from config.values import Flag, Hostname, Matches, Whole, within

CloudflareAccountId = Annotated[
    str, Matches(r"[0-9a-f]{32}", "the id of a Cloudflare account is wanted: 32 digits", "copy it from the dashboard")
]
EdgeZoneId = Annotated[
    str, Matches(r"[0-9a-f]{32}", "the id of a Cloudflare zone is wanted: 32 digits", "copy it from the dashboard")
]


class ZonePlan(StrEnum):
    """What is paid for a zone at Cloudflare."""

    FREE = "free"
    PRO = "pro"
    BUSINESS = "business"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a plan has."""

    periods: tuple[int, ...]
    """Seconds over which its rate limits count."""
    health_checks: int
    """How many hosts it asks whether they are well."""
    core_rules: bool
    """Whether it has the OWASP Core Ruleset."""


# Cloudflare's documentation of rate limiting rules, health checks and managed rules, November 2026.
OFFERS: MappingProxyType[ZonePlan, Offer] = MappingProxyType(
    {
        ZonePlan.FREE: Offer((10,), health_checks=0, core_rules=False),
        ZonePlan.PRO: Offer((10, 60), health_checks=10, core_rules=True),
        ZonePlan.BUSINESS: Offer((10, 60, 120, 300, 600), health_checks=50, core_rules=True),
        ZonePlan.ENTERPRISE: Offer((10, 60, 120, 300, 600, 3600), health_checks=1000, core_rules=True),
    }
)
DAY = 86_400  # seconds


class EdgeSettings(Settings):
    """How Cloudflare answers for the whole zone: encryption, cache, firewall, rate limit. One stack may say it."""

    plan: ZonePlan
    """The zone's plan at Cloudflare: free, pro, business or enterprise. It decides what there is."""
    rate_period: Whole | None = None
    """Seconds over which the application's `rate_limit` is counted, and for which who sends more is refused. No plan
    counts single seconds, so this is written down: free has 10."""
    browser_cache: Annotated[Whole, Field(ge=0, le=365 * DAY)] = 1800
    """Seconds that browsers keep scripts, styles, fonts and what lies in the application's `static` folders."""
    core_rules: Flag = False
    """Whether the OWASP Core Ruleset looks at requests after Cloudflare's own managed rules."""
    health_checks: Flag = False
    """Whether Cloudflare asks each host of a public service by its `health_path`, once a minute."""
    redirects: dict[Hostname, Hostname] = Field(default={})
    """Hosts that only lead to another one, path and query kept, as in {www.example.com: example.com}."""

    def problems(
        self, zone: str, rate_limit: int | None, hosts: tuple[str, ...], asked: tuple[str, ...]
    ) -> list[InitErrorDetails]:
        """What the plan lacks, and redirects that lead nowhere; paths are relative to these settings.

        `rate_limit` is the application's, `hosts` are those that records of the stack lead somewhere, and `asked`
        those of them that have a `health_path`.
        """
        return [*self._lacking(rate_limit, len(set(asked))), *self._redirects(zone, hosts)]

    def _lacking(self, rate_limit: int | None, checked: int) -> list[InitErrorDetails]:
        offer, plan = OFFERS[self.plan], self.plan.value
        counts = f"the plan {plan} counts over {_listed(offer.periods)} seconds only"
        found = []
        if rate_limit is not None and self.rate_period is None:
            least = offer.periods[0]
            rule = f"{rate_limit} requests a second cannot be said: {counts}"
            remedy = f"write {least}, which lets {rate_limit * least} requests in {least} seconds through"
            found.append(refused_at(("rate_period",), None, rule, remedy))
        elif self.rate_period is not None and self.rate_period not in offer.periods:
            found.append(refused_at(("rate_period",), self.rate_period, counts, "write one of these, or take it out"))
        if self.core_rules and not offer.core_rules:
            rule = f"the plan {plan} has Cloudflare's Free Managed Ruleset alone, which is there without this"
            found.append(refused_at(("core_rules",), given=True, rule=rule, remedy="take it out, or take the plan pro"))
        if self.health_checks and checked > offer.health_checks:
            rule = f"the plan {plan} asks {offer.health_checks or 'no'} hosts, and the stack has {checked}"
            remedy = "take it out, and let another service ask, or take a larger plan"
            found.append(refused_at(("health_checks",), given=True, rule=rule, remedy=remedy))
        return found

    def _redirects(self, zone: str, hosts: tuple[str, ...]) -> list[InitErrorDetails]:
        found = []
        for source, target in self.redirects.items():
            path = ("redirects", source)
            if not within(source, zone):
                rule, remedy = f"it does not lie in the zone {zone}", "correct the name, or take the zone that has it"
                found.append(refused_at((*path, "[key]"), source, rule, remedy))
            elif source in hosts:
                rule, remedy = "the stack has this host, and a name leads to one place", "take it out of one of them"
                found.append(refused_at((*path, "[key]"), source, rule, remedy))
            elif target not in hosts:
                rule = f"it leads nowhere: the stack's hosts are {', '.join(hosts) or 'none'}"
                found.append(refused_at(path, target, rule, "write one of them"))
        return found


def _listed(numbers: tuple[int, ...]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} or {last}" if most else last
