"""Whom a statement of a trust policy lets in: whether its conditions leave out anybody at all."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Collection

    from policies.documents import Statement

# Who signs for everybody's programs: an account there is had by whoever asks for one.
_FOR_ALL = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "api.pulumi.com",
    "oidc.circleci.com",
    "agent.buildkite.com",
    "api.bitbucket.org",
    "oidc.vercel.com",
    "oidc.fly.io",
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
_FOR_WHOM = ("cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com")
_AUDIENCES = (":aud", ":amr", ":app_id")
# Conditions that name somebody. Others (a time, TLS, a second factor) hold of anybody's caller.
_NAMING = re.compile(r"(?:foranyvalue:)?(?:string|arn|ipaddress)(?!not)")
_LOOSE = re.compile(r"(?:foranyvalue:)?(?:string|arn)like|(?:foranyvalue:)?arnequals")
_ACCOUNT = re.compile(r"arn:[^:]*:(?:iam|sts):[^:]*:(?P<account>[^:]*)(?::|$)")
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"})
_ANYBODY_SAYS = frozenset(
    {"aws:securetransport", "aws:requestedregion", "aws:useragent", "aws:referer", "sts:rolesessionname"}
)


def trusts_everybody(statement: Statement) -> str:
    """Why a statement lets anybody in, empty where it does not."""
    if not statement.allows:
        return ""
    if statement.excludes_principals:
        return "a statement trusts all but some"
    if "*" in statement.principals and not any(_names_somebody(*each) for each in _groups(statement)):
        on = "on conditions that anybody meets" if statement.conditions else "on no condition"
        return f"a statement trusts everybody, {on}"
    return _stranger(statement)


def _stranger(statement: Statement) -> str:
    """Why everybody who has an account at a provider of identities is let in, empty where he is not."""
    groups = _groups(statement)
    subjects = [(operator, wanted) for operator, key, wanted in groups if key.endswith(":sub")]
    if any(_LOOSE.match(operator) and not all(map(_names_owner, wanted)) for operator, wanted in subjects):
        others = [each for each in groups if not each[1].endswith((":sub", *_AUDIENCES))]
        if not any(_names_somebody(*each) for each in others):
            return "a statement trusts whatever subject a provider of identities signs for"
    provider = next((host for each in statement.principals for host in _FOR_ALL if each.lower().endswith(host)), "")
    if not provider:
        return ""
    telling = groups if provider in _FOR_WHOM else [each for each in groups if not each[1].endswith(_AUDIENCES)]
    if any(_names_somebody(*each) for each in telling):
        return ""
    return f"a statement trusts everybody who has an account at {provider}"


def _groups(statement: Statement) -> list[tuple[str, str, tuple[str, ...]]]:
    """The conditions, each with all the values of which one is enough."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for operator, key, value in statement.conditions:
        found[operator, key].append(value)
    return [(operator, key, tuple(values)) for (operator, key), values in found.items()]


def _names_somebody(operator: str, key: str, wanted: Collection[str]) -> bool:
    if not _NAMING.match(operator) or key in _ANYBODY_SAYS:
        return False
    if "ipaddress" in operator:
        return not _EVERYWHERE & set(wanted)
    if not _LOOSE.match(operator):
        return True  # a star is a star there, and nobody's name
    return not any(_anybody(key, each) for each in wanted)


def _anybody(key: str, pattern: str) -> bool:
    """Whether a pattern fits somebody of any account."""
    if key.endswith(":sub"):
        return not _names_owner(pattern)
    arn = _ACCOUNT.match(pattern)
    if arn is not None:
        return not arn["account"].strip("*?")
    return not re.sub(r"^(?:o-|arn:[^:]*:)", "", pattern).strip("*?:/")


def _names_owner(pattern: str) -> bool:
    """Whether a subject (`repo:acme/shop:ref:…`) is one of a certain owner: up to the first part it has no star."""
    kind, _, rest = pattern.partition(":")
    owner = re.split(r"[:/]", rest)[0] if rest else kind
    return MARK in pattern or bool(owner and not re.search(r"[*?]", kind + owner))
