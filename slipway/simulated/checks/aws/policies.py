"""What the services of AWS demand of policies. A policy is any JSON, hence `Any`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSIONS = ("2008-10-17", "2012-10-17")
_PARTS = frozenset(("version", "id", "statement"))
_ELEMENTS = frozenset(
    (
        *("sid", "effect", "principal", "notprincipal", "action", "notaction", "resource", "notresource"),
        "condition",
    )
)
_APART = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_CONDITION = re.compile(
    r"((ForAnyValue|ForAllValues):)?((String|Arn)(Not)?(Equals|Like)|String(Not)?EqualsIgnoreCase"
    r"|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?|Null",
    re.IGNORECASE,
)


def document_of(value: Any) -> dict[str, Any]:
    """A policy as an object; an empty one for a value that is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def statements_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The statements of a policy, of which a single one may stand without a list."""
    found = document.get("Statement") or ()
    yield from (each for each in ([found] if isinstance(found, dict) else found) if isinstance(each, dict))


def listed(value: Any) -> list[Any]:
    """What may be one thing or a list of them, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def check_policy(value: Any, *, principal: bool, resource: bool) -> None:
    """Raise `ApiError` for a policy that IAM does not take.

    `principal` and `resource`: whether each statement has to say to whom it applies, and on what; else it may not.
    """
    if value in (None, ""):
        return
    document = document_of(value)
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise ApiError("MalformedPolicyDocument: The policy must contain a valid version string")
    statements = list(statements_of(document))
    if not statements or any(part.lower() not in _PARTS for part in document):
        raise ApiError("MalformedPolicyDocument: Syntax errors in policy.")
    if not (principal and resource):
        _check_names(statements)
    for statement in statements:
        _check_elements(statement)
        _check_statement(statement, principal=principal, resource=resource)


def _check_statement(statement: Mapping[str, Any], *, principal: bool, resource: bool) -> None:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise ApiError(f"MalformedPolicyDocument: Invalid effect: {statement.get('Effect')}")
    actions = listed(statement.get("Action", statement.get("NotAction")))
    if not actions:
        raise ApiError("MalformedPolicyDocument: Policy statement must contain actions.")
    if any(":" not in str(action) and action != "*" for action in actions):
        raise ApiError(
            "MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        )
    names_principal = bool({"Principal", "NotPrincipal"} & statement.keys())
    if principal and not names_principal:
        raise ApiError("MalformedPolicyDocument: Missing required field Principal")
    if not principal and names_principal:
        raise ApiError("MalformedPolicyDocument: Policy document should not specify a principal.")
    names_resource = bool({"Resource", "NotResource"} & statement.keys())
    if resource and not names_resource:
        raise ApiError("MalformedPolicyDocument: Policy statement must contain resources.")
    for each in listed(statement.get("Resource", statement.get("NotResource"))) if not principal else ():
        if each != "*" and not str(each).startswith("arn:"):
            raise ApiError(f'MalformedPolicyDocument: Resource {each} must be in ARN format or "*".')
    if not resource and names_resource:
        raise ApiError("MalformedPolicyDocument: Has prohibited field Resource")


def _check_names(statements: list[dict[str, Any]]) -> None:
    """In policies that IAM keeps, statements have names of their own, of letters and digits."""
    names = [str(statement["Sid"]) for statement in statements if statement.get("Sid")]
    if any(not re.fullmatch(r"[0-9A-Za-z]*", name) for name in names):
        raise ApiError(
            "MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        )
    if len(set(names)) < len(names):
        raise ApiError("MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.")


def _check_elements(statement: Mapping[str, Any]) -> None:
    if any(name.lower() not in _ELEMENTS for name in statement) or any(
        first in statement and second in statement for first, second in _APART
    ):
        raise ApiError("MalformedPolicyDocument: Syntax errors in policy.")
    conditions = statement.get("Condition")
    for kind in conditions if isinstance(conditions, dict) else ():
        if not _CONDITION.fullmatch(kind):
            raise ApiError(f"MalformedPolicyDocument: Invalid Condition type : {kind}.")


def size_of(value: Any) -> int:
    """How many characters a policy has, without its white space."""
    return len("".join((value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))).split()))
