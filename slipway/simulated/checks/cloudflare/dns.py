"""DNS records: what they may say, and which may stand beside each other."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.cloudflare.api import FREE, RECORD, full_name, plan_of, refused, zone_name
from slipway.simulated.checks.forms import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_AUTOMATIC = 1
_SHORTEST_TTL, _LONGEST_TTL = 60, 86_400  # seconds
_LONGEST_NAME, _LONGEST_LABEL = 255, 63
_LONGEST_TEXT = 2048
_PROXIABLE = ("A", "AAAA", "CNAME")
_PRIORITY = ("MX", "URI")
_DATA = {
    "CAA": ("flags", "tag", "value"), "SRV": ("priority", "weight", "port", "target"),
    "TLSA": ("usage", "selector", "matchingType", "certificate"), "DS": ("keyTag", "algorithm", "digestType", "digest"),
    "SSHFP": ("algorithm", "type", "fingerprint"), "HTTPS": ("priority", "target"), "SVCB": ("priority", "target"),
}  # fmt: skip
_CAA_TAGS = ("issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone")
_LONGEST_COMMENTS = {"free": 100, "pro": 500, "business": 500, "enterprise": 500}
_LABEL = re.compile(r"(?!-)[\w*-]{1,63}(?<!-)")


def _record(asked: Asked, cloud: Cloud) -> None:
    kind, zone = asked.text("type").upper(), zone_name(asked.text("zoneId"), cloud)
    host = full_name(asked.text("name"), zone)
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".") if host != "@"):
        raise refused("DNS name is invalid.", 9000)
    _judge_content(kind, asked)
    if kind == "CNAME" and zone and full_name(asked.text("content"), "") == host:
        raise refused("CNAME content cannot reference itself.")
    _judge_ttl(asked)
    if asked.inputs.get("proxied"):
        _judge_proxied(kind, asked.text("content"))
    if asked.inputs.get("tags") and plan_of(asked.text("zoneId"), cloud) == FREE:
        raise refused(f"DNS record has {len(asked.inputs['tags'])} tags, exceeding the quota of 0.")
    longest = _LONGEST_COMMENTS.get(plan_of(asked.text("zoneId"), cloud))
    if longest is not None and len(asked.text("comment")) > longest:
        raise refused(
            f"DNS record has a comment of {len(asked.text('comment'))} characters, exceeding the quota of {longest}."
        )
    beside = [
        held
        for held in cloud.naming(RECORD, "zoneId", asked.text("zoneId"))
        if held.id != asked.id and full_name(held.inputs["name"], zone) == host
    ]
    for held in beside:
        _judge_beside(kind, asked, held)


def _judge_content(kind: str, asked: Asked) -> None:
    content = asked.text("content")
    needed = _DATA.get(kind, ())
    data = asked.inputs.get("data") or {}
    if needed:  # the API makes the content of these itself
        for name in needed:
            if data.get(name) is None:
                raise refused(f"{name} is a required data field.", 9101)
        if kind == "CAA" and str(data["tag"]) not in _CAA_TAGS:
            raise refused(f"'{data['tag']}' is not a valid tag of a CAA record: one of {', '.join(_CAA_TAGS)}.")
        return
    if not content and kind not in _DATA and not data:
        raise refused("content is required.", 9005)
    check = _CONTENT.get(kind)
    if check and content and not check(content):
        code, words = _WRONG[kind]
        raise refused(words, code)
    if kind in _PRIORITY and asked.inputs.get("priority") is None:
        raise refused(f"priority is required for {kind} records.")


def _judge_ttl(asked: Asked) -> None:
    ttl = int(asked.inputs.get("ttl") or _AUTOMATIC)
    if asked.inputs.get("proxied") and ttl != _AUTOMATIC:
        raise refused("ttl must be set to 1 when `proxied` is true", 9021)
    if ttl != _AUTOMATIC and not _SHORTEST_TTL <= ttl <= _LONGEST_TTL:
        raise refused(
            f"Invalid TTL. Must be between {_SHORTEST_TTL} and {_LONGEST_TTL} seconds, or 1 for Automatic.", 9021
        )


def _judge_proxied(kind: str, content: str) -> None:
    if kind not in _PROXIABLE:
        raise refused("This record type cannot be proxied.", 9004)
    if not _may_be_proxied(kind, content):
        raise refused(f"Target {content} is not allowed for a proxied record.", 9003)


def _may_be_proxied(kind: str, content: str) -> bool:
    """Private addresses are out of the proxy's reach. Those kept for documentation are used as stand-ins, and pass."""
    if kind == "CNAME":
        return True
    address = ipaddress.ip_address(content)
    return not any(address in block for block in _UNREACHABLE if block.version == address.version)


def _judge_beside(kind: str, asked: Asked, held: Object) -> None:
    """Whether a record may stand beside another one of its host."""
    other = str(held.inputs["type"]).upper()
    if kind == other and kind != "CNAME" and _said(asked.inputs) == _said(held.inputs):
        raise refused("An identical record already exists.", 81058)
    hosts = ("A", "AAAA", "CNAME")
    if other == "CNAME" and kind in ("A", "AAAA"):
        raise refused("A CNAME record with that host already exists.", 81054)
    if "CNAME" in (kind, other) and kind in hosts and other in hosts:
        raise refused("An A, AAAA, or CNAME record with that host already exists.", 81053)
    if other == "NS" and kind != "NS" and kind in hosts:
        raise refused("NS records with that host already exist.", 81056)


def _said(inputs: Mapping[str, Any]) -> object:
    return inputs.get("content") or inputs.get("data"), inputs.get("priority")


def _is_host(text: str) -> bool:
    labels = text.rstrip(".").split(".")
    return len(text) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)


def _is_mail_host(text: str) -> bool:
    return _is_host(text) and not is_address(text, 4)


def _is_text(text: str) -> bool:
    return len(text) <= _LONGEST_TEXT


_CONTENT: Mapping[str, Callable[[str], bool]] = {
    "A": functools.partial(is_address, version=4), "AAAA": functools.partial(is_address, version=6),
    "CNAME": _is_host, "MX": _is_mail_host, "NS": _is_host, "TXT": _is_text,
}  # fmt: skip
_WRONG = {
    "A": (9005, "Content for A record must be a valid IPv4 address."),
    "AAAA": (9006, "Content for AAAA record must be a valid IPv6 address."),
    "CNAME": (9007, "Content for CNAME record is invalid."),
    "MX": (9009, "Content for MX record must be a hostname."),
    "NS": (9008, "Content for NS record is invalid."),
    "TXT": (None, f"Content for TXT record must be at most {_LONGEST_TEXT} characters."),
}
_UNREACHABLE = [
    ipaddress.ip_network(block)
    for block in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("0.0.0.0/8", "224.0.0.0/3", "1.1.1.1/32", "1.0.0.1/32", "fc00::/7", "fe80::/10", "::1/128"),
    )
]


def _gives(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    kind = asked.text("type").upper()
    return {"proxiable": kind in _PROXIABLE and _may_be_proxied(kind, asked.text("content"))}


CREATING = {"DnsRecord": _record}
UPDATING = CREATING
GIVES = {"DnsRecord": _gives}
