"""Parameters."""

from __future__ import annotations

import re
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
    _check_pattern(asked)
    tier = str(asked.inputs.get("tier") or "Standard")
    largest = _LARGEST.get(tier, 0)
    if largest and any(len(asked.text(value).encode()) > largest for value in _VALUES):
        raise ApiError(
            f"ValidationException: {tier} tier parameters support a maximum parameter value of {largest} characters."
        )


def _check_pattern(asked: Asked) -> None:
    """The value, which may be a secret and is not shown, has the form that the parameter's own pattern says."""
    pattern = asked.text("allowedPattern")
    try:
        fits = not pattern or all(re.search(pattern, asked.text(name)) for name in _VALUES if asked.text(name))
    except re.error:
        return  # of Java's own making, perhaps: no judgement
    if not fits:
        raise ApiError(
            f"ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: {pattern}"
        )


CREATING = {"Parameter": check_parameter}
UPDATING = CREATING
GIVES = {"Parameter": of_parameter}
