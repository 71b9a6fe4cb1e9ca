"""Keys. A deleted one waits for its end; it can be used no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import check_policy, document_of, listed, statements_of

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_LOCKING = ("kms:*", "*", "kms:put*", "kms:putkeypolicy", "kms:putkey*")


def check_key_policy(asked: Asked, _cloud: Cloud) -> None:
    """Whoever sets a key's policy can set it again."""
    policy = asked.inputs.get("policy")
    if not policy:
        return
    check_policy(policy, principal=True, resource=True)
    if asked.inputs.get("bypassPolicyLockoutSafetyCheck"):
        return
    if not any(_lets_set(statement) for statement in statements_of(document_of(policy))):
        raise ApiError(
            "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the "
            "future."
        )


def keep_waiting(held: Object, cloud: Cloud) -> None:
    """A key is not gone at once."""
    cloud.schedule(held)


def _lets_set(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    people = listed(principal.get("AWS")) if isinstance(principal, dict) else listed(principal)
    actions = [str(action).lower() for action in listed(statement.get("Action"))]
    return statement.get("Effect") == "Allow" and bool(people) and any(action in _LOCKING for action in actions)


CREATING = {"Key": check_key_policy, "KeyPolicy": check_key_policy}
UPDATING = CREATING
DELETED = {"Key": keep_waiting}
