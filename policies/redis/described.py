"""What the description of a container shows about Redis under any name: its command, ports, variables, checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policies.redis.clients import asks_itself, only_asks
from policies.redis.containers import argument_sightings, image_sightings, program_sightings
from policies.redis.loopback import own_address_sightings, passes_on
from policies.redis.names import PORT, TELLING, holds_port, unit_in
from policies.sighting import MARK, Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Any: whatever a document holds
Tree = Any

_IMAGES = ("image", "imageuri", "imageidentifier", "imagename")
_SETTINGS = ("imageconfiguration", "imageconfig")
_ARGUMENTS = ("command", "args", "arguments", "cmd", "commands", "entrypoint", "entrypoints")
# As they are joined: Kubernetes calls the entry point `command` and the arguments `args`.
_IN_ORDER = ("entrypoint", "entrypoints", "command", "commands", "cmd", "args", "arguments")
_PORTS = word_set("ports portmappings containerports expose exposedports internalports httpport port publishedports")
_PORT_KEYS = ("containerport", "containerportrange", "internal", "target", "targetport", "port")
_ENVIRONMENTS = word_set(
    "environment environmentvariables env envs variables runtimeenvironmentvariables environment_variables"
)
_CHECKS = word_set("healthcheck healthchecks livenessprobe readinessprobe startupprobe health_check")
# A container that is told of a Redis is a client of it, whatever its name is.
_ASKING = re.compile(r"\w*(?:REDIS|VALKEY|KEYDB)\w*(?:URL|URI|DSN|HOST|HOSTNAME|ENDPOINT|ADDRESS|ADDR)", re.IGNORECASE)
# Variables that images of servers read, and programs that use one do not.
_SERVER_VARIABLE = re.compile(
    r"(?:REDIS|VALKEY)_(?:REPLICATION_MODE|AOF_ENABLED|EXTRA_FLAGS|ARGS|RDB_POLICY\w*|DISABLE_COMMANDS|PORT_NUMBER"
    r"|DATA_DIR|IO_THREADS\w*|OVERRIDES_FILE)|REDIS(?:EARCH|JSON|TIMESERIES|BLOOM)_ARGS|DFLY_\w+|GARNET_\w+"
)


def is_container(node: Mapping[str, Tree]) -> bool:
    """Whether a part of a document describes a container."""
    return any(str(key).lower() in _IMAGES for key in node)


def container_of(node: Mapping[str, Tree]) -> tuple[str, list[str]]:
    """The image of a container and its variables, each as `NAME=value`."""
    settings = {str(key).lower(): value for key, value in node.items()}
    image = next((_image(settings[name]) for name in _IMAGES if name in settings), "")
    pairs = (pair for name in _ENVIRONMENTS & settings.keys() for pair in _pairs(settings[name]))
    return image, [f"{name}={given}" for name, given in pairs]


def described(node: Mapping[str, Tree]) -> Iterator[Sighting]:
    """What a container's description shows, but for the scripts in it."""
    settings = {str(key).lower(): value for key, value in node.items()}
    for name in _SETTINGS:
        if isinstance(below := settings.get(name), dict):
            settings |= {str(key).lower(): value for key, value in below.items()}
    image = next((_image(settings[name]) for name in _IMAGES if name in settings), "")
    arguments = [_words(settings.get(name)) for name in _ARGUMENTS]
    if not only_asks(_run(settings)):
        yield from image_sightings(image)
    yield from _named(settings, image)
    for words in arguments:
        yield from program_sightings(words)
        yield from argument_sightings(words)
    if PORT in {port for name in _PORTS & settings.keys() for port in _ports(settings[name])} and not passes_on(image):
        yield Sighting("starts", f"has a container that listens on port {PORT}")
    for name in _ENVIRONMENTS & settings.keys():
        yield from _variables(settings[name])
    if passes_on(image):
        yield Sighting("tunnel", "passes connections on")
    for name in _CHECKS & settings.keys():
        yield from _checks(settings[name], image)


def _named(settings: Mapping[str, Tree], image: str) -> Iterator[Sighting]:
    """What the names of a container and of its ports show, where its image has a name that says nothing else of it."""
    if passes_on(image) or TELLING.search(image.partition("@")[0].replace(MARK, "")) or "imageuri" in settings:
        return
    if any(_ASKING.fullmatch(name) for key in _ENVIRONMENTS & settings.keys() for name, _ in _pairs(settings[key])):
        return
    names = [settings.get(key) for key in ("name", "containername", "container_name")]
    for name in names:
        if isinstance(name, str) and unit_in(name):
            yield Sighting("starts", f"has a container named {name}")
    ports = settings.get("portmappings") or settings.get("ports")
    for each in ports if isinstance(ports, list) else ():
        name = (
            str({str(key).lower(): one for key, one in each.items()}.get("name", "")) if isinstance(each, dict) else ""
        )
        if unit_in(name):
            yield Sighting("starts", f"has a container with a port named {name}")


def _run(settings: Mapping[str, Tree]) -> list[str]:
    """What a container runs in the place of its image's own program: its entry point, then its arguments."""
    return [word for name in _IN_ORDER for word in _words(settings.get(name))]


def _image(value: Tree) -> str:
    """The name of an image: as text, or in parts."""
    if isinstance(value, dict):
        parts = {str(key).lower(): each for key, each in value.items()}
        value = parts.get("repository") or parts.get("name") or parts.get("image")
    return value if isinstance(value, str) else ""


def _words(value: Tree) -> list[str]:
    """A command as its words."""
    if isinstance(value, str):
        return value.split()
    return [str(each) for each in value] if isinstance(value, list) else []


def _ports(value: Tree) -> Iterator[int]:
    """The ports inside a container, in whichever form they are listed."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield int(value)
    elif isinstance(value, str):
        if holds_port(value):
            yield PORT
    elif isinstance(value, list):
        for each in value:
            yield from _ports(each)
    elif isinstance(value, dict):
        keys = {str(key).lower(): each for key, each in value.items()}
        named = [keys[name] for name in _PORT_KEYS if name in keys]
        for each in named or [str(key) for key in value]:
            yield from _ports(each)


def _pairs(value: Tree) -> Iterator[tuple[str, str]]:
    """The variables of a container: as a map, as pairs, or as texts with a sign between."""
    if isinstance(value, dict):
        yield from ((str(name), str(each)) for name, each in value.items() if not isinstance(each, dict | list))
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            keys = {str(key).lower(): one for key, one in each.items()}
            yield str(keys.get("name", keys.get("key", ""))), str(keys.get("value", ""))
        elif isinstance(each, str):
            name, _, rest = each.partition("=")
            yield name, rest


def _variables(value: Tree) -> Iterator[Sighting]:
    together = "\n".join(f"{name}={given}" for name, given in _pairs(value))
    yield from (each for each in own_address_sightings(together) if each.kind == "own")
    for name, given in _pairs(value):
        if _SERVER_VARIABLE.fullmatch(name):
            yield Sighting("starts", f"sets up a server with {name}")
        yield from (each for each in own_address_sightings(f"{name}={given}") if each.kind == "address")


def _checks(value: Tree, image: str) -> Iterator[Sighting]:
    """What asks whether a container is well: a client that asks its own machine, or a connection to the port."""
    if isinstance(value, list):
        for each in value:
            yield from _checks(each, image)
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        name = str(key).lower()
        if name in ("command", "test", "tests", "exec"):
            asked = each.get("command", each.get("Command", "")) if isinstance(each, dict) else each
            if asks_itself(" ".join(_words(asked))):
                yield Sighting("starts", "asks a Redis in the container itself whether it is well")
        elif name == "tcpsocket" and PORT in _ports(each) and not passes_on(image):
            yield Sighting("starts", f"has a container that answers on port {PORT}")
