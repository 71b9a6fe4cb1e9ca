"""What happens to each resource, from the steps of a preview: one change per URN."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plan.urns import name_of, type_of
from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.engine.results import Step


class Fate(enum.StrEnum):
    """How a resource ends up."""

    KEPT = "kept"
    UPDATED = "updated"
    CREATED = "created"
    REPLACED = "replaced"
    DELETED = "deleted"


class Order(enum.StrEnum):
    """What comes first in a replacement, where the preview told (`--show-replacement-steps`)."""

    UNTOLD = ""
    CREATE = "create"
    DELETE = "delete"


_FATES = {
    "create": Fate.CREATED,
    "create-replacement": Fate.REPLACED,
    "delete": Fate.DELETED,
    "delete-replaced": Fate.DELETED,
    "import": Fate.CREATED,
    "import-replacement": Fate.REPLACED,
    "replace": Fate.REPLACED,
    "same": Fate.KEPT,
    "update": Fate.UPDATED,
}
# These read or forget, and change nothing in the cloud.
_HARMLESS = frozenset(
    {"discard-replaced", "read", "read-discard", "read-replacement", "refresh", "remove-pending-replace"}
)
OPERATIONS = frozenset(_FATES) | _HARMLESS


@dataclass(frozen=True, slots=True)
class Change:
    """One resource. `old` and `new` are its states in Pulumi's JSON form, hence `Any`; empty where there is none.

    `keys` are the inputs that demand a replacement, else those that differ. `left_over` marks an old object of an
    interrupted replacement, which is deleted beside whatever its successor does.
    """

    urn: str
    fate: Fate
    keys: tuple[str, ...] = ()
    order: Order = Order.UNTOLD
    left_over: bool = False
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str((self.old or self.new).get("type") or type_of(self.urn))

    @property
    def custom(self) -> bool:
        """Whether something in a cloud stands for it; components have nothing there."""
        return bool((self.old or self.new).get("custom", True))

    @property
    def name(self) -> str:
        """Its logical name."""
        return name_of(self.urn)

    @property
    def parent(self) -> str:
        """The URN that it is below, empty for the stack."""
        return str((self.new or self.old).get("parent", ""))

    @property
    def protected(self) -> bool:
        """Whether the state protects it, so that the engine refuses to replace or delete it."""
        return bool(self.old.get("protect"))

    @property
    def unprotected(self) -> bool:
        """Whether this very change takes the protection away."""
        return self.protected and bool(self.new) and not self.new.get("protect")

    @property
    def retained(self) -> bool:
        """Whether the engine leaves the old object in the cloud; the state's word counts, not the program's."""
        return bool(self.old.get("retainOnDelete"))


def read_changes(steps: Iterable[Step]) -> tuple[Change, ...]:
    """The changes in order of their URNs. Steps that touch nothing, such as reads, are none.

    Raises `ProgramError` for an operation that is not known here: a newer engine's may do anything.
    """
    by_urn: dict[str, list[Step]] = {}
    for step in steps:
        if step.op not in OPERATIONS:
            known = ", ".join(sorted(OPERATIONS))
            raise ProgramError(f"{step.urn}: the preview has the operation {step.op!r}; known here: {known}.")
        if step.op in _FATES and not _only_read(step):
            by_urn.setdefault(step.urn, []).append(step)
    return tuple(change for urn in sorted(by_urn) for change in _changes(by_urn[urn]))


def tops(keys: Iterable[str]) -> set[str]:
    """The inputs that keys such as `rules[0].expiration.days` lie in."""
    return {key.split(".")[0].split("[")[0] for key in keys}


def _only_read(step: Step) -> bool:
    return bool((step.new or step.old or {}).get("external"))


def _changes(steps: list[Step]) -> Iterable[Change]:
    ops = [step.op for step in steps]
    replacing = [step for step in steps if _FATES[step.op] is Fate.REPLACED]
    deleting = [step for step in steps if _FATES[step.op] is Fate.DELETED]
    others = [step for step in steps if step not in replacing and step not in deleting]
    if replacing:
        # The step called `replace` is the whole of it, and the only one that is told unless the parts are asked for.
        main = next((step for step in replacing if step.op == "replace"), replacing[0])
        yield _change(main, Fate.REPLACED, order=_order(ops))
    for step in others:
        yield _change(step, _FATES[step.op])
    for step in deleting:
        if not replacing or step.op == "delete":
            yield _change(step, Fate.DELETED, left_over=bool(replacing or others) or step.op == "delete-replaced")


def _change(step: Step, fate: Fate, *, order: Order = Order.UNTOLD, left_over: bool = False) -> Change:
    keys = step.replace_reasons or step.diff_reasons
    return Change(step.urn, fate, keys, order, left_over, step.old or {}, (step.new or {}))


def _order(ops: list[str]) -> Order:
    parts = [op for op in ops if op in ("create-replacement", "import-replacement", "delete-replaced")]
    if len(set(parts)) < 2:  # noqa: PLR2004 - one half alone tells no order
        return Order.UNTOLD
    return Order.DELETE if parts[0] == "delete-replaced" else Order.CREATE
