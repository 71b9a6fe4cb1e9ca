"""Which addresses are a machine's own, which settings name a Redis there, and what opens one to others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.redis.settings import names_itself
from policies.sighting import MARK, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOST = r"(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)"
_IS_LOOPBACK = re.compile(_HOST, re.IGNORECASE)
# What a client asks at its own machine: any address of it, and from a container the machine below.
_ASKED = rf"(?:{_HOST}|0\.0\.0\.0|\[::\]|ip6-localhost|host\.docker\.internal|host\.containers\.internal)"
_SETTING = r"\b\w{0,40}(?:REDIS|VALKEY|KEYDB|DRAGONFLY)\w{0,40}"
_OWN_ADDRESS = re.compile(
    rf"^[^#\n]*?(?:\b(?:redis|valkey)s?://(?:[^@\s/\"']*@)?{_ASKED}(?=[:/?\"'\s,]|$)"
    rf"|{_SETTING}(?:HOST|HOSTNAME|ENDPOINT|SERVER|ADDRESS|ADDR|URL|URI)[\"']?\s*[=:]\s*[\"']?(?:tcp://)?{_ASKED}"
    r"(?=[:\"'\s,]|$)"
    r"|\bredis\+(?:unix|socket)://|\b(?:redis|valkey)s?:///[\w./-]+\.sock"
    rf"|{_SETTING}(?:HOST|SERVER|ADDRESS|ADDR|URL|URI|DSN|SOCKET|SOCK|PATH)[\"']?\s*[=:]\s*[\"']?(?:unix:|/[\w./-]+\.sock\b))",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED_HOST = re.compile(
    r"\b(?:redis|valkey)s?://(?:[^@\s/\"']*@)?([a-z][\w-]*)(?=[:/?\"'\s,]|$)"
    rf"|{_SETTING}(?:HOST|HOSTNAME|ENDPOINT|SERVER|ADDRESS|ADDR)[\"']?\s*[=:]\s*[\"']?([a-z][\w-]*)(?=[:\"'\s,]|$)",
    re.IGNORECASE,
)
_TUNNEL = re.compile(
    r"\b(?:stunnel4?|ghostunnel|spiped|socat|haproxy|envoy|twemproxy|nutcracker|predixy|autossh|start-session"
    r"|AWS-StartPortForwardingSession\w*)\b|\bssh\b[^\n]*\s-\w*L",
)
_PROXY_IMAGE = re.compile(r"stunnel|ghostunnel|socat|haproxy|envoy|twemproxy|nutcracker|predixy|proxy|tunnel|bastion")
# Settings and flags that let others than the machine itself in. MARK: what only deployment tells.
_OPENED = re.compile(
    rf"^[^#\n]*?(?:\bbind[ \t]+(?!\.[*+]|\[\^?)(?!\S*[\w*.\]]:\d)"
    rf"(?!(?:-?{_HOST}[ \t]*)+(?:[\"'\\#/]|$))(?![^\n]*{MARK})[^\n]*"
    r"|--bind[= ](?!-?(?:localhost|127\.|::1))\S+|\bprotected-mode[= \t]+no\b"
    r"|(?:-p|--publish)[= ]?[\"']?(?!(?:127\.|localhost|\[::1\]))(?:[\d.]+:)?(?:\d+:)?6379\b"
    r"|^\s*-\s*[\"']?(?!127\.)(?:[\d.]+:)?\d+:6379(?:/tcp)?[\"']?\s*$"
    r"|(?:--network|--net)[= ]host\b[^\n]*\b(?:redis|valkey|keydb|dragonfly)\b)",
    re.IGNORECASE | re.MULTILINE,
)


URL = re.compile(
    r"\b(?P<scheme>rediss?|valkeys?)://(?:[^@\s/\"']*@)?(?P<host>[A-Za-z0-9][\w.-]*\.[\w-]+)", re.IGNORECASE
)
# A variable of programs that gives a host by its whole name, and one that says whether it is spoken to over TLS.
_NAMED_HOST = re.compile(
    r"(?<![\w.$])(?:[A-Z0-9]+_)*(?:REDIS|VALKEY|KEYDB|DRAGONFLY)(?:_[A-Z0-9]+)*_(?:HOST|HOSTNAME|ENDPOINT|ADDRESS|ADDR)"
    r"[\"']?[ \t]*[=:][ \t]*[\"']?(?P<host>[A-Za-z0-9](?:[\w-]*\.)+[A-Za-z0-9-]+)\.?(?=[:\"'\s,;}\]]|$)"
)
_ANYWHERE = frozenset({"0.0.0.0", "host.docker.internal", "host.containers.internal"})  # noqa: S104 - nothing binds here
_FILE = re.compile(r"\.(?:service|socket|sock|conf|sh|js|py|rb|php|json|ya?ml|toml)$")
_TLS = re.compile(
    r"\b(?:[A-Z0-9]+_)*(?:REDIS|VALKEY|KEYDB|DRAGONFLY)_(?:[A-Z0-9]+_)*(?:TLS|SSL)(?:_ENABLED)?[\"']?\s*[=:]\s*[\"']?(\w+)"
)
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)


def is_loopback(host: str) -> bool:
    """Whether an address is the machine's own."""
    return _IS_LOOPBACK.fullmatch(host.strip()) is not None


def asked_hosts(text: str) -> frozenset[str]:
    """The hosts without a dot that a text names as a Redis: those of the network or the description around it."""
    return frozenset(next(filter(None, match.groups())).lower() for match in _ASKED_HOST.finditer(text))


def own_address_sightings(text: str) -> Iterator[Sighting]:
    """What a text shows of a Redis at the address of the machine itself, and of what only passes on from there."""
    if _OWN_ADDRESS.search(text) or names_itself(text):
        yield Sighting("own", "asks a Redis at its own loopback address")
    if _TUNNEL.search(text):
        yield Sighting("tunnel", "passes connections on")
    if "://" in text:
        for match in URL.finditer(_COMMENT.sub("", text)):
            if not is_loopback(match["host"]):
                yield Sighting("address", f"{match['scheme'].lower()}://{match['host'].lower()}")


def named_addresses(text: str) -> Iterator[Sighting]:
    """What a text shows of a Redis elsewhere that a variable names by its host: the same as one that an address does.

    The scheme is `host` where the text does not say whether it is spoken to over TLS.
    """
    if not _NAMED_HOST.search(text):
        return
    plain = _COMMENT.sub("", text)
    said = {match[1].lower() in ("true", "1", "yes", "on", "required") for match in _TLS.finditer(plain)}
    scheme = "host" if len(said) != 1 else "rediss" if said == {True} else "redis"
    for match in _NAMED_HOST.finditer(plain):
        if not is_loopback(match["host"]) and not _FILE.search(match["host"]) and match["host"] not in _ANYWHERE:
            yield Sighting("address", f"{scheme}://{match['host'].lower()}")


def passes_on(image: str) -> bool:
    """Whether an image's name says that it passes connections on and keeps nothing."""
    return _PROXY_IMAGE.search(image.lower()) is not None


def opened(text: str) -> str:
    """The line of a text that opens a Redis to others than its own machine; empty where none does."""
    match = _OPENED.search(text)
    return "" if match is None else f"line {text.count(chr(10), 0, match.end()) + 1}"


def hides_address(text: str) -> bool:
    """Whether the address that a server listens at is known only after deployment."""
    return re.search(rf"\bbind[= \t]+[^\n]*{MARK}", text) is not None
