"""Where a stack's things are and what marks them, as its plan says: accounts, regions, tags."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError
from slipway.simulated.values import GLOBAL_REGION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Plan, Resource, Value

_PROVIDER = "pulumi:providers:aws"
# Slipway's own tags. Others may be added to a stack later, and then what was there before has not got them.
_MARKS = ("application", "environment", "managed-by")

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What to ask AWS for: `queries` are regions with the tags that a stack's things carry there."""

    queries: tuple[tuple[str, Tags], ...]
    accounts: tuple[str, ...] = ()
    role_arn: str | None = None

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region that is asked."""
        return tuple(sorted({region for region, _ in self.queries}))


def scope_of(plan: Plan, regions: Sequence[str], tags: Mapping[str, str], configured: str | None) -> Scope:
    """What the AWS providers of a plan say. `regions` are more regions, `tags` take the place of the providers' own.

    `configured` is the region of a program that makes no provider itself. Raises `UsageError` where there is no region,
    or no tag: everything in an account would be an orphan.
    """
    providers = [each for each in plan.resources if each.type == _PROVIDER]
    placed = [(each.inputs.get("region"), tags or _marks(each)) for each in providers] or [(configured, tags)]
    queries: set[tuple[str, Tags]] = set()
    for region, own in placed:
        if not own:
            raise UsageError(
                "nothing marks the stack's resources: its AWS providers have no default tags. "
                "Say which tags they carry: --tag KEY=VALUE."
            )
        places = {place for place in (region, *regions) if isinstance(place, str)}
        if not places:
            raise UsageError("the plan does not say in which region the stack is. Name it: --region REGION.")
        queries |= {(place, tuple(sorted(own.items()))) for place in (*places, GLOBAL_REGION)}
    accounts = {account for each in providers for account in _json(each, "allowedAccountIds") or ()}
    roles = {role.get("roleArn") for each in providers for role in _json(each, "assumeRoles") or ()}
    return Scope(tuple(sorted(queries)), tuple(sorted(accounts)), next(iter(sorted(filter(None, roles))), None))


def _marks(provider: Resource) -> dict[str, str]:
    tags: dict[str, str] = (_json(provider, "defaultTags") or {}).get("tags") or {}
    own = {key: tags[key] for key in _MARKS if key in tags}
    return own if len(own) == len(_MARKS) else tags


def _json(provider: Resource, name: str) -> Any:  # any JSON: what is nested in a provider's settings is text
    value: Value = provider.inputs.get(name)
    return json.loads(value) if isinstance(value, str) else None
