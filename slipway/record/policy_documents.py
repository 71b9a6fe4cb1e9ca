"""`aws.iam.get_policy_document` without a cloud: it asks nobody anything, so its result is what the provider writes.

The provider is written in Go, and that shows: sets are sorted backwards, a set of one is its element, the keys of maps
are in order, and `&`, `<` and `>` stand as escapes. Only where several blocks of one statement name the same type of
principal does the order of their identifiers, which means nothing, depend on hashes of the provider's own: here they
are sorted like the rest.
"""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FUNCTION = "aws:iam/getPolicyDocument:getPolicyDocument"
_VERSIONS = ("2008-10-17", "2012-10-17")
_EFFECTS = ("Allow", "Deny")
_SID = re.compile(r"[A-Za-z0-9]*")
_LISTS = {"Action": "actions", "NotAction": "notActions"}
_PLACES = {"Resource": "resources", "NotResource": "notResources"}
_WHO = {"Principal": "principals", "NotPrincipal": "notPrincipals"}
_ORDER = ("Sid", "Effect", *_LISTS, *_PLACES, *_WHO, "Condition")
# What Go's JSON escapes beyond JSON itself; none of them stands outside of texts.
_ESCAPED = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "&<>\u2028\u2029"})


class RefusedDocumentError(LookupError):
    """Arguments that the provider refuses, or that nobody can read."""


def policy_document(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the function: `json`, `minifiedJson`, `id` and `version`.

    Statements of source documents come first; those of the arguments, then those of overriding documents take the place
    of earlier ones that have their `Sid`. Raises `RefusedDocumentError`. Arguments are any JSON, hence `Any`.
    """
    try:
        return _result(arguments)
    except KeyError as error:
        message = f"the arguments of a policy document cannot be read: {error} is missing"
        raise RefusedDocumentError(message) from error
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        message = f"the arguments of a policy document cannot be read: {error}"
        raise RefusedDocumentError(message) from error


def _result(arguments: Mapping[str, Any]) -> dict[str, Any]:
    version = _among(_VERSIONS, arguments.get("version") or _VERSIONS[-1], "version")
    sources = [_read(text, "source") for text in arguments.get("sourcePolicyDocuments") or () if text]
    _unique(statement for source in sources for statement in source["Statement"])
    own = [_statement(given, version) for given in arguments.get("statements") or ()]
    _unique(own)
    overriding = [_read(text, "override") for text in arguments.get("overridePolicyDocuments") or () if text]
    merged: dict[str, Any] = {"Version": "", "Id": "", "Statement": []}
    for each in (
        *sources,
        {"Version": version, "Id": arguments.get("policyId") or "", "Statement": own},
        *overriding,
    ):
        merged = _merged(merged, each)
    document = {name: value for name, value in merged.items() if value}
    written = json.dumps(document, indent=2, ensure_ascii=False).translate(_ESCAPED)
    return {
        "id": str(zlib.crc32(written.encode())),
        "json": written,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False).translate(_ESCAPED),
        "version": version,
    }


def _among(allowed: tuple[str, ...], value: Any, what: str) -> str:
    if value not in allowed:
        message = f"the {what} of a policy document is {value!r}; allowed: {', '.join(allowed)}"
        raise RefusedDocumentError(message)
    return str(value)


def _unique(statements: Iterable[Mapping[str, Any]]) -> None:
    named = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if twice := sorted({sid for sid in named if named.count(sid) > 1}):
        message = f"duplicate Sid ({twice[0]}) in the statements of a policy document"
        raise RefusedDocumentError(message)


def _merged(document: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what a newer one says: its id, a later version, its statements."""
    statements = list(document["Statement"])
    for statement in new["Statement"]:
        sid = statement.get("Sid")
        at = next((at for at, each in enumerate(statements) if sid and each.get("Sid") == sid), None)
        if at is None:
            statements.append(statement)
        else:
            statements[at] = statement
    return {
        "Version": max(document["Version"], new["Version"]),
        "Id": new["Id"] or document["Id"],
        "Statement": statements,
    }


# -- statements as arguments


def _statement(given: Mapping[str, Any], version: str) -> dict[str, Any]:
    sid = given.get("sid") or ""
    if not _SID.fullmatch(sid):
        message = f"the Sid {sid!r} of a policy document must only include alphanumeric characters"
        raise RefusedDocumentError(message)
    parts = {
        "Sid": sid,
        "Effect": _among(_EFFECTS, given.get("effect") or "Allow", "effect"),
        **{name: _one_or_more(given.get(key)) for name, key in _LISTS.items()},
        **{name: _one_or_more(_meant(given.get(key), version)) for name, key in _PLACES.items()},
        **{name: _principals(given.get(key), version) for name, key in _WHO.items()},
        "Condition": _conditions(given.get("conditions"), version),
    }
    return {name: value for name, value in parts.items() if value}


def _meant(values: Iterable[str] | None, version: str) -> Iterator[str]:
    """`&{…}` is written for `${…}`, which means something in configurations."""
    for value in _listed(values):
        if version == _VERSIONS[0] and "&{" in value:
            message = f"found &{{ sequence in ({value}), which is not supported in document version {version}"
            raise RefusedDocumentError(message)
        yield value.replace("&{", "${")


def _one_or_more(values: Iterable[str] | None) -> str | list[str]:
    """A set as it is written: a single value by itself, several backwards."""
    found = sorted(set(_listed(values)), reverse=True)
    return found[0] if len(found) == 1 else found


def _listed(values: Iterable[str] | None) -> Iterable[str]:
    """The values; a text by itself would pass for a list of its letters."""
    if isinstance(values, str):
        message = f"a list is wanted, and there is {values!r}"
        raise TypeError(message)
    return values or ()


def _principals(given: Iterable[Mapping[str, Any]] | None, version: str) -> str | dict[str, Any]:
    found: dict[str, set[str]] = {}
    for each in given or ():
        found.setdefault(each["type"], set()).update(_meant(each["identifiers"], version))
    if found == {"*": {"*"}}:
        return "*"
    return {kind: _one_or_more(found[kind]) for kind in sorted(found)}


def _conditions(given: Iterable[Mapping[str, Any]] | None, version: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, list[str]]] = {}
    for each in given or ():
        values = found.setdefault(each["test"], {}).setdefault(each["variable"], [])
        values += _meant(each["values"], version)
    return _ordered(found)


def _ordered(conditions: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, Any]]:
    """Conditions as they are written: keys in order, values in theirs, a single value by itself."""
    return {
        test: {name: values[0] if len(values) == 1 else values for name, values in sorted(variables.items())}
        for test, variables in sorted(conditions.items())
    }


# -- statements of documents that are given as text


def _read(text: str, which: str) -> dict[str, Any]:
    """A document as the provider understands it. What it does not know is left out, as it leaves it out."""
    try:
        found = _folded(json.loads(text), ("Version", "Id", "Statement"))
        statements = [_reread(_folded(each, _ORDER)) for each in found.get("Statement") or ()]
    except (ValueError, TypeError, AttributeError) as error:
        message = f"merging {which} document of a policy document: {error}"
        raise RefusedDocumentError(message) from error
    return {"Version": found.get("Version") or "", "Id": found.get("Id") or "", "Statement": statements}


def _folded(given: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What is known of an object, by its own name; Go reads a key whatever its capitals."""
    if not isinstance(given, dict):
        message = f"an object is wanted, and there is {type(given).__name__}"
        raise TypeError(message)
    low = {name.lower(): name for name in names}
    return {low[key.lower()]: value for key, value in given.items() if key.lower() in low}


def _reread(statement: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {**statement}
    for name in _WHO:
        if name in parts:
            parts[name] = _reread_principals(parts[name])
    if "Condition" in parts:
        parts["Condition"] = _ordered(
            {test: dict(_values(variables)) for test, variables in (parts["Condition"] or {}).items()}
        )
    return {name: parts[name] for name in _ORDER if parts.get(name)}


def _reread_principals(given: Any) -> Any:
    if isinstance(given, str) or given in ({"*": "*"}, {"*": ["*"]}):
        return "*"
    return {
        kind: given[kind] if isinstance(given[kind], str) else sorted(given[kind], reverse=True)
        for kind in sorted(given)
    }


def _values(variables: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The values of each variable; numbers are none to the provider."""
    for name, value in variables.items():
        if isinstance(value, bool):
            yield name, [str(value).lower()]
        elif isinstance(value, str):
            yield name, [value]
        elif isinstance(value, list):
            yield name, value
