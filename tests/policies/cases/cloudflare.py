"""Plans for the rules about zones of Cloudflare."""

from __future__ import annotations

from typing import Any

from plan.model import Unknown
from tests.policies.cases.building import Cases, a
from tests.policies.plans import opaque, whole

ZONE = a("cloudflare:index/zone:Zone", "zone", name="example.com")
SETTING, RECORD = "cloudflare:index/zoneSetting:ZoneSetting", "cloudflare:index/dnsRecord:DnsRecord"
OVERRIDE = "cloudflare:index/zoneSettingsOverride:ZoneSettingsOverride"
RULESET = "cloudflare:index/ruleset:Ruleset"
OLDER = "cloudflare:index/record:Record"
SHARED = a("pulumi:pulumi:StackReference", "shared")
OLD_RULE = "cloudflare:index/firewallRule:FirewallRule"
LATER = "cloudflare:index/rateLimit:RateLimit"


def setting(name: Any, value: Any, zone: Any = None) -> Any:
    return a(SETTING, f"{name}", zoneId=zone or whole(ZONE), settingId=name, value=value)


def override(**settings: Any) -> Any:
    return a(OVERRIDE, "settings", zoneId=whole(ZONE), settings=settings)


def record(
    *, proxied: Any = True, kind: str = "A", name: Any = "www.example.com", zone: Any = None, **more: Any
) -> Any:
    said = {"type": kind, "name": name, "content": "192.0.2.1", "ttl": 1, "proxied": proxied, **more}
    return a(RECORD, "www", zoneId=zone or whole(ZONE), **said)


def worker(kind: str = "workersCustomDomain:WorkersCustomDomain", zone: Any = None) -> Any:
    return a(f"cloudflare:index/{kind}", "worker", zoneId=zone or whole(ZONE), hostname="www.example.com")


def page(**actions: Any) -> Any:
    return a("cloudflare:index/pageRule:PageRule", "page", zoneId=whole(ZONE), target="example.com/*", actions=actions)


def host(name: Any, value: Any) -> Any:
    kind = "cloudflare:index/hostnameTlsSetting:HostnameTlsSetting"
    return a(kind, "host", zoneId=whole(ZONE), hostname="www.example.com", settingId=name, value=value)


def settings_of_some(*, enabled: Any = True, **parameters: Any) -> Any:
    rules = [{"action": "set_config", "expression": "true", "enabled": enabled, "actionParameters": parameters}]
    return a(RULESET, "settings", zoneId=whole(ZONE), kind="zone", phase="http_config_settings", rules=rules)


def ruleset(phase: Any, *, enabled: Any = True, action: Any = "block", expression: str = "true") -> Any:
    rules = [{"action": action, "expression": expression, "enabled": enabled}]
    return a(RULESET, f"{phase}", zoneId=whole(ZONE), kind="zone", name="x", phase=phase, rules=rules)


CASES = {
    "cloudflare-tls-strict": Cases(
        good={
            "strict": [ZONE, setting("ssl", "strict")],
            "older": [ZONE, override(ssl="strict")],
            "a zone of which only names are here": [record(zone="0123")],
            "a page that is strict": [ZONE, setting("ssl", "strict"), page(ssl="strict", cacheLevel="bypass")],
            "a rule that is strict": [ZONE, setting("ssl", "strict"), settings_of_some(ssl="strict", bic=True)],
            "a rule that is off": [ZONE, setting("ssl", "strict"), settings_of_some(enabled=False, ssl="off")],
        },
        bad={
            "a page": [ZONE, setting("ssl", "strict"), page(ssl="flexible")],
            "a page that is off": [page(ssl="off")],
            "a rule": [ZONE, setting("ssl", "strict"), settings_of_some(ssl="off")],
            "nothing said": [ZONE],
            **{mode: [ZONE, setting("ssl", mode)] for mode in ("off", "flexible", "full")},
            "older": [ZONE, override(ssl="full")],
            "of somebody's zone": [setting("ssl", "flexible", "0123")],
            "the first of two zones": [
                a(SETTING, "one", zoneId="0123", settingId="ssl", value="flexible"),
                a(SETTING, "two", zoneId="0456", settingId="ssl", value="strict"),
            ],
            "the second of two zones": [
                a(SETTING, "one", zoneId="0123", settingId="ssl", value="strict"),
                a(SETTING, "two", zoneId="0456", settingId="ssl", value="flexible"),
            ],
            "something else in a zone that is not known": [ZONE, setting("min_tls_version", "1.2", Unknown())],
        },
        unproven={
            "unknown": [ZONE, setting("ssl", Unknown())],
            "a page that is not known": [ZONE, setting("ssl", "strict"), page(ssl=opaque(ZONE))],
            "in a zone that is not known": [ZONE, setting("ssl", "strict", Unknown())],
            "an unknown setting": [ZONE, setting(Unknown(), "strict")],
            "unknown settings, older": [ZONE, a(OVERRIDE, "settings", zoneId=whole(ZONE), settings=Unknown())],
            "a zone of somebody of which only something is set": [setting("min_tls_version", "1.2", "0123")],
        },
    ),
    "cloudflare-tls-1-2": Cases(
        good={
            "1.2": [ZONE, setting("min_tls_version", "1.2")],
            "1.3": [ZONE, setting("min_tls_version", "1.3")],
            "a number": [ZONE, setting("min_tls_version", 1.2)],
            "older": [ZONE, override(minTlsVersion="1.2")],
            "a host": [ZONE, setting("min_tls_version", "1.2"), host("min_tls_version", "1.3")],
            "another setting of a host": [ZONE, setting("min_tls_version", "1.2"), host("http2", "off")],
        },
        bad={
            "a host": [ZONE, setting("min_tls_version", "1.2"), host("min_tls_version", "1.0")],
            "a host of a customer": [
                a("cloudflare:index/customHostname:CustomHostname", ssl={"settings": {"minTlsVersion": "1.1"}})
            ],
            "a host of a bucket": [a("cloudflare:index/r2CustomDomain:R2CustomDomain", minTls="1.0")],
            "nothing said": [ZONE],
            "1.0": [ZONE, setting("min_tls_version", "1.0")],
            "1.1": [ZONE, override(minTlsVersion="1.1")],
        },
        unproven={
            "unknown": [ZONE, setting("min_tls_version", Unknown())],
            "a host": [ZONE, setting("min_tls_version", "1.2"), host("min_tls_version", opaque(ZONE))],
        },
    ),
    "cloudflare-always-https": Cases(
        good={"on": [ZONE, setting("always_use_https", "on")], "older": [ZONE, override(alwaysUseHttps="on")]},
        bad={"nothing said": [ZONE], "off": [ZONE, setting("always_use_https", "off")]},
        unproven={"unknown": [ZONE, setting("always_use_https", Unknown())]},
    ),
    "cloudflare-hosts-proxied": Cases(
        good={
            "proxied": [ZONE, record()],
            "mail": [ZONE, record(kind="MX", proxied=False)],
            "a mail host": [ZONE, record(name="mail.example.com", proxied=False)],
            "a zone of another stack of which only names are here": [
                setting("ssl", "strict", whole(SHARED, "other")),
                record(zone=whole(SHARED, "zone"), proxied=False),
            ],
            "a proof by its target": [
                ZONE,
                a(OLDER, "key", zoneId=whole(ZONE), type="CNAME", name="key", value="x.dkim.amazonses.com"),
            ],
            "somebody else's host": [ZONE, record(kind="CNAME", name="docs", content="acme.gitbook.io", proxied=False)],
            "somebody else's host in a zone that is set here": [
                setting("ssl", "strict", "0123"),
                record(kind="CNAME", name="docs.example.com", content="acme.gitbook.io.", zone="0123", proxied=False),
            ],
            "a proof": [ZONE, record(kind="CNAME", name="_x.example.com", proxied=False)],
            "a zone of which only names are here": [record(zone="0123", proxied=False)],
        },
        bad={
            "a name of the zone": [ZONE, record(kind="CNAME", content="origin.example.com", proxied=False)],
            "the zone itself": [ZONE, record(kind="CNAME", content="Example.com", proxied=False)],
            "a load balancer by its name": [
                ZONE,
                record(kind="CNAME", content="shop-1.eu-west-1.elb.amazonaws.com", proxied=False),
            ],
            "not proxied": [ZONE, record(proxied=False)],
            "nothing said": [
                ZONE,
                a(RECORD, "www", zoneId=whole(ZONE), type="CNAME", name="www", content="x", ttl=300),
            ],
            "an address that is not known": [ZONE, record(content=Unknown(), proxied=False)],
            "the sixth version": [ZONE, record(kind="AAAA", proxied=False, content="2001:db8::1")],
            "by a name": [
                ZONE,
                a(
                    "cloudflare:index/record:Record",
                    "www",
                    zoneId=whole(ZONE),
                    type="A",
                    name="www",
                    content="192.0.2.1",
                ),
            ],
            "a zone that a rule is set in here": [
                a(RULESET, "rules", zoneId="0123", kind="zone", phase="http_ratelimit", rules=[]),
                record(zone="0123", proxied=False),
            ],
            "a zone of another stack that is set here": [
                setting("ssl", "strict", whole(SHARED, "zone")),
                record(zone=whole(SHARED, "zone"), proxied=False),
            ],
            "a zone that is set here": [setting("ssl", "strict", "0123"), record(zone="0123", proxied=False)],
        },
        unproven={
            "unknown": [ZONE, record(proxied=Unknown())],
            "a zone that is not known": [ZONE, record(zone=Unknown(), proxied=False)],
            "an unknown name": [ZONE, record(name=Unknown(), proxied=False)],
            "a host of who knows which zone": [
                setting("ssl", "strict", "0123"),
                record(kind="CNAME", name="docs", content="acme.gitbook.io", zone="0123", proxied=False),
            ],
            "a target that is not known": [ZONE, record(kind="CNAME", content=Unknown(), proxied=False)],
            "a zone of which other things are set": [
                setting("ssl", "strict", Unknown()),
                record(zone=Unknown(), proxied=False),
            ],
        },
    ),
    "cloudflare-rate-limit": Cases(
        good={
            "a rule set": [ZONE, record(), ruleset("http_ratelimit")],
            "older": [ZONE, record(), a(LATER, "limit", zoneId=whole(ZONE), threshold=50, period=60)],
            "nothing proxied": [ZONE, record(kind="MX", proxied=False)],
            "a rule before a Worker": [ZONE, worker(), ruleset("http_ratelimit")],
            "a Worker in a zone of somebody else": [worker(zone="0123")],
            "no word on a proxy": [
                ZONE,
                a(RECORD, "www", zoneId=whole(ZONE), type="A", name="www", content="192.0.2.1"),
            ],
            "a rule without a switch": [
                ZONE,
                record(),
                a(RULESET, "limit", zoneId=whole(ZONE), phase="http_ratelimit", rules=[{"action": "block"}]),
            ],
        },
        bad={
            "none": [ZONE, record()],
            "another phase": [ZONE, record(), ruleset("http_request_firewall_custom")],
            "one that only counts": [ZONE, record(), ruleset("http_ratelimit", action="log")],
            "one that only counts, older": [
                ZONE,
                record(),
                a(LATER, "x", zoneId=whole(ZONE), action={"mode": "simulate"}),
            ],
            "switched off": [ZONE, record(), ruleset("http_ratelimit", enabled=False)],
            "none before a Worker": [ZONE, worker()],
            "none before a Worker, older": [ZONE, worker("workersDomain:WorkersDomain")],
            "none before a route": [ZONE, worker("workersRoute:WorkersRoute")],
        },
        unproven={
            "a Worker in a zone that is not known": [ZONE, worker(zone=Unknown())],
            "none before a Worker, in a zone that is there": [
                a(SETTING, "ssl", zoneId="0123", settingId="ssl", value="strict"),
                worker(zone="0123"),
            ],
            "an unknown phase": [ZONE, record(), ruleset(Unknown())],
            "a host in a zone that is not known": [ZONE, record(zone=Unknown())],
            "a rule in a zone that is not known": [
                *(ZONE, record()),
                a(RULESET, "limit", zoneId=Unknown(), phase="http_ratelimit", rules=[{"action": "block"}]),
            ],
        },
    ),
    "cloudflare-firewall": Cases(
        good={
            "managed": [ZONE, record(), ruleset("http_request_firewall_managed")],
            "own": [ZONE, record(), ruleset("http_request_firewall_custom")],
            "of another's": [ZONE, record(), ruleset("http_request_firewall_managed", action="execute")],
            "older": [ZONE, record(), a(OLD_RULE, "x", zoneId=whole(ZONE), action="challenge")],
            "before a Worker": [ZONE, worker(), ruleset("http_request_firewall_managed")],
        },
        bad={
            "none before a Worker": [ZONE, worker()],
            "one that only skips": [ZONE, record(), ruleset("http_request_firewall_custom", action="skip")],
            "one that only tells": [ZONE, record(), ruleset("http_request_firewall_managed", action="log")],
            "one that never holds": [ZONE, record(), ruleset("http_request_firewall_custom", expression="false")],
            "one that lets in, older": [ZONE, record(), a(OLD_RULE, "x", zoneId=whole(ZONE), action="allow")],
            "none": [ZONE, record()],
            "another phase": [ZONE, record(), ruleset("http_ratelimit")],
            "switched off": [ZONE, record(), ruleset("http_request_firewall_managed", enabled=False)],
        },
        unproven={
            "an unknown phase": [ZONE, record(), ruleset(Unknown())],
            "an unknown action": [ZONE, record(), ruleset("http_request_firewall_custom", action=Unknown())],
        },
    ),
}
