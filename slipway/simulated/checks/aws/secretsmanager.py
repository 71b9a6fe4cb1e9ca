"""Secrets. A deleted one can be brought back for a while, and as long its name is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_USUAL_DAYS = 30
_LARGEST = 65536  # bytes


def check_secret(asked: Asked, cloud: Cloud) -> None:
    """The name is not that of a secret that waits for its deletion."""
    if cloud.scheduled(asked.token, asked.text("name")):
        raise ApiError(
            "InvalidRequestException: You can't create this secret because a secret with this name is already "
            "scheduled for deletion."
        )


def keep_name(held: Object, cloud: Cloud) -> None:
    """Without a window for recovery of no days, the name stays taken."""
    if int(held.inputs.get("recoveryWindowInDays", _USUAL_DAYS)):
        cloud.schedule(replace(held, id=str(held.properties.get("name"))))


def check_version(asked: Asked, _cloud: Cloud) -> None:
    """A secret has room for its value."""
    if len(asked.text("secretString").encode()) > _LARGEST:
        raise ApiError(f"ValidationException: secretString must have length less than or equal to {_LARGEST}")


CREATING = {"Secret": check_secret, "SecretVersion": check_version}
DELETED = {"Secret": keep_name}
