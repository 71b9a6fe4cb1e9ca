"""The Redis outside a plan that its programs are told of, and whether they speak with it over TLS.

A setting tells of one by its value (`redis://…`) or by its name (`REDIS_HOST`). The address of a cache of the plan is a
reference, so a name written out is somebody else's, unless a record of the plan gives it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from plan.model import Secret, Unknown
from policies.environments import Variable, bindings, variables
from policies.inputs import every, made
from policies.redis.caches import caches
from policies.redis.loopback import URL, is_loopback
from policies.redis.records import names
from policies.redis.seen import seen_in
from policies.user_data import script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from plan.graph import Graph
    from plan.model import Resource, Value
    from policies.inputs import Answer, Field
    from policies.redis.places import Place

_NAMED = re.compile(
    r"(?:\w+_)?(?:REDIS|VALKEY|KEYDB|DRAGONFLY)(?:_\w+)?_(?:URL|URI|DSN|HOST|HOSTNAME|ENDPOINT|ADDRESS|ADDR|SERVER)"
    r"|(?:\w+_)?(?:REDIS|VALKEY)(?:CLOUD)?_?(?:URL|URI|HOST)"
)
_TLS = re.compile(
    r"(?:\w+_)?(?:REDIS|VALKEY|KEYDB|DRAGONFLY)(?:_\w+)?_(?:TLS|SSL)(?:_ENABLED)?|(?:REDIS|VALKEY)_USE_(?:TLS|SSL)"
)
_HOST = re.compile(
    r"(?:(?P<scheme>\w+)://(?:[^@/\s]*@)?)?(?P<host>[A-Za-z0-9](?:[\w-]*\.)+[A-Za-z0-9-]+)\.?(?:[:/,?].*)?", re.DOTALL
)
_SAFE_SCHEMES = frozenset({"rediss", "valkeys", "https", "wss"})
_PLAIN_SCHEMES = frozenset({"redis", "valkey", "http", "tcp"})
# Parts of a name that tell endpoints of one cache apart.
_ENDPOINT = re.compile(r"^(?:master|primary|replica|reader|clustercfg)\.|(?<=\w)-(?:ro|reader|replica)(?=\.)")
_PARAMETER = "aws:ssm/parameter:Parameter"
_TELLS_WHERE = re.compile("address|endpoint|host", re.IGNORECASE)
_STEP = r"(?:\.[A-Za-z_]\w*|\[\"(?:[^\"\\]|\\.)*\"\])"
# What stands of a variable after the place of all of a program's: of a list, of a map of maps, of a map.
_ENTRY = re.compile(rf"(?:\[\d+\]\.(?:value|text|json)|(?<=\.envVars){_STEP}\.value|{_STEP})$")


@dataclass(frozen=True, slots=True)
class Address:
    """One setting that tells of a Redis outside.

    `host` is empty where it is not known, `tls` None where the plan does not tell whether it is spoken to over TLS.
    `maybe_own`: a record of the plan may give that name, so what stands there may be in the plan itself.
    """

    resource: Resource
    setting: str
    host: str
    tls: Answer
    maybe_own: bool = False

    @property
    def cache(self) -> str:
        """The name by which all endpoints of one cache are the same."""
        return _ENDPOINT.sub("", self.host)


_FOUND: WeakKeyDictionary[Graph, tuple[Address, ...]] = WeakKeyDictionary()


def addresses(graph: Graph) -> tuple[Address, ...]:
    """Every setting of the plan's programs that tells, or may tell, of a Redis outside it. Kept as long as the plan."""
    found = _FOUND.get(graph)
    if found is None:
        found = _FOUND[graph] = tuple(_outside(graph))
    return found


def _outside(graph: Graph) -> Iterator[Address]:
    own = names(graph)
    for each in _told(graph):
        given = own.gives(each.host)
        if given is not True:
            yield replace(each, maybe_own=given is None)


def _told(graph: Graph) -> Iterator[Address]:
    settings = [
        each for each in (*variables(graph), *bindings(graph), *_parameters(graph)) if ".preview" not in each.value.path
    ]
    tls = _tls_settings(settings)
    made_here = frozenset(cache.resource.urn for cache in caches(graph) if not cache.resource.external)
    found = [
        _address(each, tls.get(_holder(each.value))) for each in settings if not _is_of_a_cache(each.value, made_here)
    ]
    for seen in seen_in(graph):
        found += [_written(seen.place, each.what) for each in seen.sightings if each.kind == "address"]
    yield from (each for each in found if each is not None)


def _is_of_a_cache(value: Field, made_here: AbstractSet[str]) -> bool:
    """Whether a setting of what is deployed waits for a cache of the plan: its address is plain text by now.

    Before that, what waits for something has an unknown leaf, and each leaf tells by itself what it is.
    """
    top = re.split(r"[.\[]", value.path, maxsplit=1)[0]
    waits = value.resource.property_dependencies.get(top, ())
    return not made_here.isdisjoint(waits) and not _has_unknown(value.resource.inputs.get(top))


def _has_unknown(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_has_unknown(each) for each in value)
    return isinstance(value, Unknown)


def _parameters(graph: Graph) -> Iterator[Variable]:
    for parameter in made(graph, _PARAMETER):
        name = parameter["name"].text() or parameter.resource.name
        yield Variable(name.rpartition("/")[2], parameter["insecureValue"])


def _written(place: Place, address: str) -> Address | None:
    """An address that stands in a script or in the description of a container."""
    scheme, _, host = address.partition("://")
    setting = place.path or f"the {place.form}"
    tls = None if scheme == "host" else scheme in _SAFE_SCHEMES
    return Address(place.resource, setting, host, tls) if is_outside(host) else None


def read_caches(graph: Graph) -> dict[str, str]:
    """The caches that the plan only reads, by the name that their addresses have in common."""
    found = {}
    for cache in caches(graph):
        for key, value in cache.resource.outputs.items() if cache.resource.external else ():
            if isinstance(value, str) and _TELLS_WHERE.search(key):
                found[_ENDPOINT.sub("", value.lower())] = cache.resource.name
    return found


def is_outside(host: str) -> bool:
    """Whether a host is neither the machine itself nor a name that only the network around it knows."""
    return "." in host.strip(".") and not is_loopback(host)


def _tls_settings(settings: list[Variable]) -> dict[tuple[str, str], Answer]:
    """What each program's settings say about TLS, by the place where they stand: all of them must say yes."""
    said: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    for name, value in settings:
        if name is not None and _TLS.fullmatch(name.upper()):
            said[_holder(value)].append(value.flag(default=False))
    return {holder: every(answers) for holder, answers in said.items()}


def _holder(value: Field) -> tuple[str, str]:
    """The place where all variables of one program stand: a resource may have several, as a task has containers."""
    return value.resource.urn, _ENTRY.sub("", value.path)


def _address(setting: Variable, tls: Answer) -> Address | None:
    name, value = setting
    named = name is not None and _NAMED.fullmatch(name.upper()) is not None
    shown = name or value.path
    if isinstance(value.value, Secret) or (isinstance(value.value, Unknown) and not value.value.text):
        waits = isinstance(value.value, Unknown) and bool(value.value.dependencies)
        return Address(value.resource, shown, "", tls) if named and not waits else None
    text = script(value).text.strip()
    match = _HOST.fullmatch(text) or URL.search(text)
    if match is None or not is_outside(match["host"]):
        return None
    scheme = (match["scheme"] or "").lower()
    if not named and scheme not in ("redis", "rediss", "valkey", "valkeys"):
        return None
    safe = True if scheme in _SAFE_SCHEMES else tls
    plain = scheme in _PLAIN_SCHEMES and not tls
    return Address(value.resource, shown, match["host"].lower(), False if plain else safe)
