"""`aws.iam.get_policy_document` without a cloud: it only writes JSON, as the provider does."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VERSION = "2012-10-17"


def policy_document(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the function: `json`, `minifiedJson` and `id`.

    Statements of source documents come first; those of the arguments, then those of overriding documents take the place
    of earlier ones that have their `Sid`. Raises `LookupError` for two of the same `Sid` where none overrides.
    Arguments are any JSON, hence `Any`.
    """
    sources = list(_statements(arguments.get("sourcePolicyDocuments")))
    own = [_statement(given) for given in arguments.get("statements") or ()]
    for several in (sources, own):
        named = [statement["Sid"] for statement in several if "Sid" in statement]
        if twice := sorted({sid for sid in named if named.count(sid) > 1}):
            message = f"duplicate Sid ({twice[0]}) in the statements of a policy document"
            raise LookupError(message)
    statements = sources
    for statement in (*own, *_statements(arguments.get("overridePolicyDocuments"))):
        statements = _with(statements, statement)
    identifier = {"Id": arguments["policyId"]} if arguments.get("policyId") else {}
    document = {"Version": arguments.get("version") or _VERSION, **identifier, "Statement": statements}
    written = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        "id": str(zlib.crc32(written.encode())),
        "json": written,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        "version": document["Version"],
    }


def _with(statements: list[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements with a new one in the place of the one with its `Sid`, else at the end."""
    if "Sid" in new and any(each.get("Sid") == new["Sid"] for each in statements):
        return [new if each.get("Sid") == new["Sid"] else each for each in statements]
    return [*statements, new]


def _statements(documents: Iterable[str] | None) -> Iterable[dict[str, Any]]:
    for document in documents or ():
        found = json.loads(document)["Statement"] if document else []
        yield from found if isinstance(found, list) else [found]


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    parts = {
        "Sid": given.get("sid"),
        "Effect": given.get("effect") or "Allow",
        "Action": _one_or_more(given.get("actions")),
        "NotAction": _one_or_more(given.get("notActions")),
        "Resource": _one_or_more(given.get("resources"), variables=True),
        "NotResource": _one_or_more(given.get("notResources"), variables=True),
        "Principal": _principals(given.get("principals")),
        "NotPrincipal": _principals(given.get("notPrincipals")),
        "Condition": _conditions(given.get("conditions")),
    }
    return {name: value for name, value in parts.items() if value}


def _one_or_more(values: Iterable[str] | None, *, variables: bool = False) -> str | list[str]:
    """A single value by itself. `&{…}` is written for `${…}`, which means something in configurations."""
    found = [value.replace("&{", "${") if variables else value for value in values or ()]
    return found[0] if len(found) == 1 else sorted(found, reverse=True)


def _principals(given: Iterable[Mapping[str, Any]] | None) -> str | dict[str, Any]:
    found: dict[str, list[str]] = {}
    for each in given or ():
        found.setdefault(each["type"], []).extend(each["identifiers"])
    if found == {"*": ["*"]}:
        return "*"
    return {kind: _one_or_more(identifiers, variables=True) for kind, identifiers in found.items()}


def _conditions(given: Iterable[Mapping[str, Any]] | None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, list[str]]] = {}
    for each in given or ():
        found.setdefault(each["test"], {}).setdefault(each["variable"], []).extend(each["values"])
    return {test: {name: _in_order(values) for name, values in variables.items()} for test, variables in found.items()}


def _in_order(values: Iterable[str]) -> str | list[str]:
    found = [value.replace("&{", "${") for value in values]
    return found[0] if len(found) == 1 else found
