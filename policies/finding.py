"""What judging a plan yields."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["mandatory", "advisory"]
Severity = Literal["critical", "high", "medium", "low"]
Status = Literal["violation", "unproven"]

_SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says about one resource: that it breaks the rule, or that the plan cannot tell.

    `remedy` is what helps in this case; empty where the rule's own does.
    """

    status: Status
    urn: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict under the name of its rule. `urn` is a resource of the plan, or its stack.

    `unproven` means that the plan does not hold what the rule must see; at a mandatory rule it counts as failing.
    """

    rule: str
    level: Level
    severity: Severity
    status: Status
    urn: str
    message: str
    remedy: str

    def to_json(self) -> dict[str, str]:
        """The finding as `--json` prints it."""
        return asdict(self)

    def sort_key(self) -> tuple[int, str, str, str, str]:
        """The worst first, then by name: the order does not depend on that of the plan."""
        return _SEVERITIES.index(self.severity), self.rule, self.urn, self.status, self.message
