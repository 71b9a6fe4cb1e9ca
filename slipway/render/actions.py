"""What the AWS provider calls for each type of resource, and what AWS lets a policy narrow these calls to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from slipway.errors import SlipwayError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TABLE = "slipway/render/data/aws-actions.json"
_OPERATIONS = ("create", "read", "update", "delete")


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of resource."""

    actions: frozenset[str]
    """The actions of IAM that making, reading, changing and deleting it takes."""
    named: str = ""
    """The input that gives its physical name, where it has one."""
    linked: str = ""
    """The AWS service whose own role comes into being with the first such resource of an account."""
    when: dict[str, frozenset[str]] = field(default_factory=dict)
    """Further actions by the input that must be true for them, such as the one that empties a bucket."""

    def needed(self, inputs: Mapping[str, Any]) -> frozenset[str]:
        """The actions that a resource with these inputs takes. An input that is not known counts as true."""
        further = [actions for name, actions in self.when.items() if inputs.get(name) not in (None, False)]
        return self.actions.union(*further)


@dataclass(frozen=True, slots=True)
class Extra:
    """What some actions may also be done to."""

    actions: frozenset[str]
    resources: tuple[str, ...]
    condition: dict[str, Any]  # a condition of IAM
    kinds: frozenset[str]
    """Only where the plan has one of these types; empty: always."""
    tagged: bool
    """Only with the stack's tags in the request."""


@dataclass(frozen=True, slots=True)
class Service:
    """How the actions of one service are narrowed. They are given whole, or by how they begin with `*` behind."""

    resources: tuple[str, ...]
    """The ARNs that they are narrowed to, with `{region}`, `{account}`, `{name}` and `{zone}` in them."""
    everywhere: tuple[str, ...] = ()
    """Actions that AWS narrows to nothing."""
    make: tuple[str, ...] = ()
    """Actions that make something with tags: allowed only with the stack's."""
    makes: tuple[str, ...] = ()
    """What those are narrowed to; empty: like the others."""
    owned: tuple[str, ...] = ()
    """Actions that are allowed only on what has the stack's tags."""
    also: tuple[Extra, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that is known."""

    kinds: dict[str, Kind]
    services: dict[str, Service]

    def kind(self, token: str) -> Kind:
        """What a type needs. Raises `SlipwayError` for one that the table has not: nothing is allowed by guessing."""
        if token not in self.kinds:
            raise SlipwayError(
                f"{token}: given in the plan, but {TABLE} does not say what deploying it takes, so no least-privilege"
                " policy can be written. Add its actions there under `types`, from the provider's source and AWS's"
                " service authorization reference."
            )
        return self.kinds[token]


@cache
def table() -> Table:
    """The table that comes with Slipway."""
    data = json.loads((files("slipway.render") / "data" / "aws-actions.json").read_text(encoding="utf-8"))
    kinds = {
        token: Kind(
            frozenset(action for operation in _OPERATIONS for action in entry[operation]),
            entry.get("named", ""),
            entry.get("linked", ""),
            {name: frozenset(actions) for name, actions in entry.get("when", {}).items()},
        )
        for token, entry in data["types"].items()
    }
    return Table(kinds, {name: _service(entry) for name, entry in data["services"].items()})


def among(action: str, given: Collection[str]) -> bool:
    """Whether an action is one of these, each given whole or, as in `ec2:Describe*`, by how it begins."""
    return any(fnmatchcase(action, each) for each in given)


def _service(entry: dict[str, Any]) -> Service:
    return Service(
        tuple(entry["resources"]),
        tuple(entry.get("everywhere", ())),
        tuple(entry.get("make", ())),
        tuple(entry.get("makes", ())),
        tuple(entry.get("owned", ())),
        tuple(
            Extra(
                frozenset(extra["actions"]),
                tuple(extra["resources"]),
                extra.get("condition", {}),
                frozenset(extra.get("types", ())),
                extra.get("tagged", False),
            )
            for extra in entry.get("also", ())
        ),
    )
