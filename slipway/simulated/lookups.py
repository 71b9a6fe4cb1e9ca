"""Results of functions that depend on nothing but the account and the region, made up: `data/lookups.json`.

Whatever belongs to somebody (an image of their own, a secret, a network) is not here: it needs an answer.
"""

from __future__ import annotations

import base64
import fnmatch
import functools
import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from slipway.record.policy_documents import FUNCTION as POLICY_DOCUMENT
from slipway.record.policy_documents import policy_document
from slipway.simulated.sdk import result_of
from slipway.simulated.values import ACCOUNT, Values, characters
from slipway.simulated.zones import zone, zones

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DATA = Path(__file__).with_name("data") / "lookups.json"
_NOTES = ".lookups"
_FIELD = re.compile(r"\{(?:(?P<seed>\w+):)?(?:(?P<alphabet>hex|digits|upper)(?P<size>\d+)|(?P<name>[a-zA-Z.]+))\}")
_PARTITIONS = {  # by the beginning of a region
    "cn-": ("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    "us-gov-": ("aws-us-gov", "amazonaws.com", "com.amazonaws"),
    "": ("aws", "amazonaws.com", "com.amazonaws"),
}
_DATED = "2026-01-01T12:00:00Z"
# Results that templates cannot say, from the arguments and the region.
_MADE: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    POLICY_DOCUMENT: lambda arguments, _: policy_document(arguments),
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": lambda _, region: _login(region),
    "aws:index/getAvailabilityZones:getAvailabilityZones": zones,
    "aws:index/getAvailabilityZone:getAvailabilityZone": zone,
}


def simulated_result(package: Path, token: str, arguments: dict[str, Any], region: str) -> dict[str, Any] | None:
    """A function's result, the same for the same arguments and region; None for one that nobody can make up.

    A login alone is another one each time.

    `package` is the folder of the SDK: what the result leaves out and the SDK declares gets a value of its form.
    Raises `LookupError` where a cloud would refuse the arguments. Arguments and results are any JSON, hence `Any`.
    """
    asked = {"region": region, **arguments}
    known = {
        "account": ACCOUNT,
        **dict(zip(("partition", "suffix", "reverse"), _partition(asked["region"]), strict=True)),
        **_texts(asked),
    }
    seed = json.dumps([token, asked], sort_keys=True).encode()
    given = _MADE[token](arguments, asked["region"]) if token in _MADE else _answer(token, known, arguments, seed)
    if given is None:
        return None
    told = {**arguments, **given}
    made_up = Values(token, {}, {"name": "simulated", **_texts(asked)}, seed)
    return {
        **{name: made_up.of(name, form) for name, form in result_of(package, token).left_open(told).items()},
        **told,
    }


def note_lookup(cloud: Path, token: str) -> None:
    """Remember that a function was answered with a result that is made up."""
    folder = cloud / _NOTES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / quote(token, safe="")).touch()


def simulated_lookups(cloud: Path) -> tuple[str, ...]:
    """The functions that were ever answered so in a cloud, to say that their results are not real."""
    return tuple(sorted(unquote(file.name) for file in (cloud / _NOTES).glob("*")))


def _login(region: str) -> dict[str, Any]:
    """A login to the registry, whose password is never the same twice."""
    password = secrets.token_hex(32)
    return {
        "id": region,
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": _DATED,
        "password": password,
        "proxyEndpoint": f"https://{ACCOUNT}.dkr.ecr.{region}.amazonaws.invalid",
        "userName": "AWS",
    }


def _answer(token: str, known: Mapping[str, str], arguments: Mapping[str, Any], seed: bytes) -> dict[str, Any] | None:
    """The first answer that fits, filled in."""
    text = json.dumps(arguments, sort_keys=True)
    for answer in _data().get(token, ()):
        only = answer.get("only", {})
        chosen = {answer["gives"]: answer["among"].get(known.get(answer["by"]))} if "among" in answer else {}
        fits = fnmatch.fnmatchcase(text, answer.get("args", "*")) and all(
            name in known and fnmatch.fnmatchcase(known[name], glob) for name, glob in only.items()
        )
        if fits and None not in chosen.values():
            filled: dict[str, Any] = _filled(answer["result"], {**known, **chosen}, seed)
            return filled
    return None


def _filled(value: Any, known: Mapping[str, str], seed: bytes) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, known, seed) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, known, seed) for item in value]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        if match["name"]:
            return known.get(match["name"], "")
        # `one` is the same everywhere, `zone` the same for one domain, whoever asks.
        shared = {"one": b"", "zone": (known.get("filter.name") or known.get("name", "")).encode()}
        return characters(shared.get(match["seed"], seed), match["alphabet"], int(match["size"]))

    return _FIELD.sub(fill, value)


def _texts(arguments: Mapping[str, Any]) -> dict[str, str]:
    """The arguments that are texts, those of a nested one by a dotted name."""
    nested = {
        f"{name}.{key}": item
        for name, inner in arguments.items()
        if isinstance(inner, dict)
        for key, item in inner.items()
    }
    return {name: value for name, value in {**arguments, **nested}.items() if isinstance(value, str)}


def _partition(region: str) -> tuple[str, str, str]:
    return next(found for start, found in _PARTITIONS.items() if region.startswith(start))


@functools.cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return data
