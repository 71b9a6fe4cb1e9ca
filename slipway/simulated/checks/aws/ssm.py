"""Parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.given import of_parameter

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_LARGEST = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
_VALUES = ("value", "insecureValue", "valueWo")
_DEEPEST = 15  # parts of a path
_RESERVED = ("aws", "ssm")


def check_parameter(asked: Asked, _cloud: Cloud) -> None:
    """A parameter's name is a path of its own, and its value has room in its tier."""
    name = asked.text("name")
    if name.lstrip("/").lower().startswith(_RESERVED):
        raise ApiError(
            'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'
        )
    if "/" in name and not name.startswith("/"):
        raise ApiError("ValidationException: Parameter name must be a fully qualified name.")
    if name.count("/") > _DEEPEST:
        raise ApiError(f"HierarchyLevelLimitExceededException: a parameter name can have at most {_DEEPEST} levels.")
    tier = str(asked.inputs.get("tier") or "Standard")
    largest = _LARGEST.get(tier, 0)
    if largest and any(len(asked.text(value).encode()) > largest for value in _VALUES):
        raise ApiError(
            f"ValidationException: {tier} tier parameters support a maximum parameter value of {largest} characters."
        )


CREATING = {"Parameter": check_parameter}
UPDATING = CREATING
GIVES = {"Parameter": of_parameter}
