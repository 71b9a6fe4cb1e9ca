"""Rules about zones of Cloudflare: how they speak with visitors and origins, and what stands before the origins.

Longer than 300 lines because six rules share one reading of a zone, and each brings its words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.cloudflare.records import is_web
from policies.inputs import Field, demand, every, made, negated, some, verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plan.graph import Graph
    from plan.model import Resource
    from policies.finding import Verdict
    from policies.inputs import Answer

_ZONE = "cloudflare:index/zone:Zone"
_SETTING = "cloudflare:index/zoneSetting:ZoneSetting"
_OVERRIDE = "cloudflare:index/zoneSettingsOverride:ZoneSettingsOverride"
_RECORDS = ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record")
_WORKERS = (
    "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
    "cloudflare:index/workersDomain:WorkersDomain",
    "cloudflare:index/workersRoute:WorkersRoute",
)
_RULESET = "cloudflare:index/ruleset:Ruleset"
_RATE_LIMIT = "cloudflare:index/rateLimit:RateLimit"
_FIREWALL_RULE = "cloudflare:index/firewallRule:FirewallRule"
_PAGE_RULE = "cloudflare:index/pageRule:PageRule"
_HOST = "cloudflare:index/hostnameTlsSetting:HostnameTlsSetting"
_CUSTOM_HOST, _STORE_HOST = (
    "cloudflare:index/customHostname:CustomHostname",
    "cloudflare:index/r2CustomDomain:R2CustomDomain",
)
_SETTINGS = frozenset({"HTTP_CONFIG_SETTINGS"})
# What lets a request through all the same.
_PASSIVE = frozenset({"SKIP", "LOG", "ALLOW", "BYPASS", "SIMULATE"})
_LIMITS = frozenset({"HTTP_RATELIMIT"})
_FIREWALLS = frozenset({"HTTP_REQUEST_FIREWALL_MANAGED", "HTTP_REQUEST_FIREWALL_CUSTOM"})


@dataclass(slots=True)
class _Zone:
    """One zone and what the plan sets in it. `at` is the resource that findings stand at.

    `lost` is what the plan sets in zones that it does not tell: it may be meant for this one. `scattered`: this is
    what is lost itself, whose parts may be of one zone or of several.
    """

    at: Field
    settings: dict[str, Field] = field(default_factory=dict)
    records: list[Field] = field(default_factory=list)
    workers: list[Field] = field(default_factory=list)
    rulesets: list[Field] = field(default_factory=list)
    own: bool = False
    lost: _Zone | None = None
    scattered: bool = False

    @property
    def name(self) -> str:
        """Its domain, empty where the plan does not tell it."""
        told = self.at["name" if self.at["name"].given else "zone"].text() if self.own else None
        return (told or "").lower().rstrip(".")

    @property
    def proxied(self) -> Answer:
        """Whether a host of the zone is answered by Cloudflare."""
        lost = [None] if self.lost is not None and (self.lost.records or self.lost.workers) else []
        # A host whose requests a Worker answers never leads past Cloudflare.
        answered = [True] if self.workers else []
        return some((*answered, *(each["proxied"].flag(default=False) for each in self.records), *lost))

    @property
    def set_here(self) -> bool:
        """Whether the plan decides how the zone behaves. One in which it only has names is somebody else's."""
        return self.own or bool(self.settings) or bool(self.rulesets)

    @property
    def governed(self) -> Answer:
        """The same; None where it depends on a zone that the plan does not tell."""
        if self.scattered:
            return None if self.set_here or (self.lost is not None and self.lost.set_here) else False
        return True if self.set_here else False if self.lost is None else None if self.lost.set_here else False

    def verdict(self, resource: Resource, holds: Answer, wrong: str, because: str) -> Iterator[Verdict]:
        """What a rule says of the zone, at most unproven where it may be somebody else's."""
        if self.governed is not False:
            yield from verdict(resource, None if self.governed is None and holds is False else holds, wrong, because)


def _zones(graph: Graph) -> tuple[_Zone, ...]:
    """The zones of a plan: those that it makes, and those in which it sets anything."""
    found: dict[str, _Zone] = {}
    for zone in made(graph, _ZONE):
        found[zone.resource.urn] = _Zone(zone, own=True)

    def of(part: Field) -> _Zone:
        zone = graph.follow(part.resource, "zoneId", (_ZONE,))
        value = part["zoneId"].value
        key = zone.urn if zone else value.text if isinstance(value, Unknown) else part["zoneId"].text() or ""
        return found.setdefault(key, _Zone(part))

    for setting in made(graph, _SETTING):
        of(setting).settings[setting["settingId"].text() or ""] = setting["value"]
    for override in made(graph, _OVERRIDE):
        named = {_SNAKE.get(name, name): value for name, value in override["settings"].entries()}
        of(override).settings |= named or {"": override["settings"]}
    for record in made(graph, *_RECORDS):
        of(record).records.append(record)
    for way in made(graph, *_WORKERS):
        of(way).workers.append(way)
    for ruleset in made(graph, _RULESET, _RATE_LIMIT, _FIREWALL_RULE):
        if ruleset["zoneId"].given:
            of(ruleset).rulesets.append(ruleset)
    _share(found)
    return tuple(found.values())


def _share(found: dict[str, _Zone]) -> None:
    """Tell each zone what is set in a zone that is not known, and that one what is set in the others."""
    lost = found.get("")
    if lost is None:
        return
    for zone in found.values():
        zone.lost = lost
    others = [zone for zone in found.values() if zone is not lost]
    lost.scattered = True
    lost.lost = _Zone(lost.at, own=any(zone.set_here for zone in others))


_SNAKE = {"minTlsVersion": "min_tls_version", "alwaysUseHttps": "always_use_https"}


def _judge_setting(graph: Graph, name: str, wrong: str, holds: Callable[[Field], Answer]) -> Iterator[Verdict]:
    for zone in _zones(graph):
        value = zone.settings.get(name)
        if value is not None:
            yield from verdict(value.resource, holds(value), wrong, value.shown)
            continue
        # A setting whose name or zone is hidden may be the one; a zone of somebody else may have it already.
        elsewhere = zone.lost is not None and {name, ""} & set(zone.lost.settings)
        hidden = bool(elsewhere) or "" in zone.settings or not zone.own
        because = f"the plan sets no {name} in its zone"
        yield from zone.verdict(zone.at.resource, None if hidden else False, wrong, because)


def _judge_encryption(graph: Graph) -> Iterator[Verdict]:
    """The setting of each zone, and what a page or a rule makes of it for some of its addresses."""
    wrong = "lets Cloudflare fetch from an origin without a checked certificate"
    yield from _judge_setting(graph, "ssl", wrong, _strict)
    parts: list[tuple[Answer, Field]] = [(True, each["actions"]["ssl"]) for each in made(graph, _PAGE_RULE)]
    for ruleset in made(graph, _RULESET):
        phase = ruleset["phase"].among(_SETTINGS)
        parts += [
            (every((phase, _enabled(each))), each["actionParameters"]["ssl"]) for each in ruleset["rules"].items()
        ]
    yield from _judge_parts(parts, _strict, wrong)


def _judge_versions(graph: Graph) -> Iterator[Verdict]:
    """The setting of each zone, and what single hosts have instead."""
    wrong = "takes connections with TLS older than 1.2"
    yield from _judge_setting(graph, "min_tls_version", wrong, _modern)
    parts: list[tuple[Answer, Field]] = [
        *((True, each["ssl"]["settings"]["minTlsVersion"]) for each in made(graph, _CUSTOM_HOST)),
        *((True, each["minTls"]) for each in made(graph, _STORE_HOST)),
        *((each["settingId"].among({"MIN_TLS_VERSION"}), each["value"]) for each in made(graph, _HOST)),
    ]
    yield from _judge_parts(parts, _modern, wrong)


def _judge_parts(parts: list[tuple[Answer, Field]], holds: Callable[[Field], Answer], wrong: str) -> Iterator[Verdict]:
    """A verdict on each value that is set, and whether it is the one that is meant."""
    for meant, value in parts:
        if value.given:
            yield from demand(value, some((negated(meant), holds(value))), wrong)


def _strict(value: Field) -> Answer:
    return value.among({"STRICT", "ORIGIN_PULL", "STRICT_SSL_ONLY_ORIGIN_PULL"})


def _modern(value: Field) -> Answer:
    text = str(value.value) if isinstance(value.value, int | float) else value.text()
    return None if text is None else text in ("1.2", "1.3")


def _judge_proxied(graph: Graph) -> Iterator[Verdict]:
    for zone in _zones(graph):
        for record in zone.records:
            web, proxied = is_web(record, zone.name), record["proxied"].flag(default=False)
            holds = some((None if web is None else not web, proxied))
            decides = (record["proxied"], record["name"], record["type"], record["content"], record["value"])
            because = next((each.shown for each in decides[1:] if web is None and each.hidden), decides[0].shown)
            yield from zone.verdict(record.resource, holds, "leads visitors past Cloudflare to the origin", because)


def _judge_rulesets(graph: Graph, phases: frozenset[str], kind: str, wrong: str) -> Iterator[Verdict]:
    for zone in _zones(graph):
        told: list[Answer] = [_acts(each, phases, kind) for each in zone.rulesets]
        told += [None] if zone.lost is not None and zone.lost.rulesets else []
        there = some(told)
        # What stands before a zone of somebody else may be there already.
        holds = None if there is False and (not zone.own or zone.proxied is None) else there
        because = f"no ruleset of the plan is of the phase {' or '.join(sorted(phases)).lower()}"
        if zone.proxied is not False:
            yield from zone.verdict(zone.at.resource, holds, wrong, because)


def _acts(ruleset: Field, phases: frozenset[str], kind: str) -> Answer:
    """Whether this stops some requests in one of the phases. `kind` is a rule by itself that does so, of old."""
    if ruleset.resource.type != _RULESET:
        mode = ruleset["action"]["mode"] if kind == _RATE_LIMIT else ruleset["action"]
        return negated(mode.among(_PASSIVE)) if ruleset.resource.type == kind else False
    phase = ruleset["phase"].among(phases)
    return (
        phase if phase is not True else some(every((_enabled(each), _stops(each))) for each in ruleset["rules"].items())
    )


def _enabled(rule: Field) -> Answer:
    return rule["enabled"].flag(default=True)


def _stops(rule: Field) -> Answer:
    never = rule["expression"].among({"FALSE", "(FALSE)"})
    return every((negated(rule["action"].among(_PASSIVE)), negated(never)))


RULES = (
    Rule(
        id="cloudflare-tls-strict",
        title="Cloudflare checks the certificate of the origin",
        severity="high",
        level="mandatory",
        clouds=("cloudflare",),
        references=("own: the modes `off`, `flexible` and `full` trust anybody behind the edge",),
        rationale=(
            "With `flexible` the way from Cloudflare to the origin is plain HTTP while the visitor sees a lock; with "
            "`full` anybody on that way can pose as the origin."
        ),
        remedy='Make a cloudflare.ZoneSetting "ssl" with the value "strict", and give the origin a certificate.',
        judge=_judge_encryption,
    ),
    Rule(
        id="cloudflare-tls-1-2",
        title="Cloudflare takes TLS 1.2 or later only",
        severity="high",
        level="mandatory",
        clouds=("cloudflare",),
        references=("CKV_CLOUDFLARE_1", "own: the default is TLS 1.0"),
        rationale="TLS 1.0 and 1.1 have known weaknesses, and Cloudflare takes both where nothing is said.",
        remedy='Make a cloudflare.ZoneSetting "min_tls_version" with the value "1.2" or "1.3".',
        judge=_judge_versions,
    ),
    Rule(
        id="cloudflare-always-https",
        title="Cloudflare sends plain HTTP to HTTPS",
        severity="high",
        level="mandatory",
        clouds=("cloudflare",),
        references=("own: the default answers by plain HTTP",),
        rationale="What travels by HTTP can be read and changed by everybody on the way.",
        remedy='Make a cloudflare.ZoneSetting "always_use_https" with the value "on".',
        judge=lambda graph: _judge_setting(
            graph,
            "always_use_https",
            "answers by plain HTTP",
            lambda value: value.flag(default=False),
        ),
    ),
    Rule(
        id="cloudflare-hosts-proxied",
        title="Hosts that serve HTTP stand behind Cloudflare",
        severity="high",
        level="mandatory",
        clouds=("cloudflare",),
        references=("own: one name without proxy gives the address of the origin away",),
        rationale="One unproxied name tells everybody the origin's address, and the way past firewall and rate limit.",
        remedy="Set proxied=True on A, AAAA and CNAME records of web hosts.",
        judge=_judge_proxied,
    ),
    Rule(
        id="cloudflare-rate-limit",
        title="Hosts behind Cloudflare have a rate limit",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: passwords are guessed by the thousand in a minute",),
        rationale="Without a limit one client guesses passwords, sends mail, or runs up the bill as fast as it can.",
        remedy='Make a cloudflare.Ruleset of the phase "http_ratelimit" with an enabled rule.',
        judge=lambda graph: _judge_rulesets(graph, _LIMITS, _RATE_LIMIT, "answers as many requests as anybody sends"),
    ),
    Rule(
        id="cloudflare-firewall",
        title="Hosts behind Cloudflare have a web application firewall",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: scanners try every host for known holes",),
        rationale="Scanners try every host for known holes; managed and own rules turn most of that away.",
        remedy='Make a cloudflare.Ruleset of the phase "http_request_firewall_managed" (or "…_custom") with a rule.',
        judge=lambda graph: _judge_rulesets(graph, _FIREWALLS, _FIREWALL_RULE, "hands every request to the origin"),
    ),
)
