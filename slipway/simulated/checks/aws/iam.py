"""Roles and their policies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import check_policy, document_of, listed, size_of, statements_of
from slipway.simulated.checks.aws.principals import check_principals, check_services

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_INLINE = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
# Characters, white space not counted.
_LARGEST_TRUST = 2048
_LARGEST_INLINE = 10240  # all of one role together
_LARGEST_MANAGED = 6144


def check_role(asked: Asked, cloud: Cloud) -> None:
    """Somebody can take the role, and its own policies are policies."""
    check_path(asked, cloud)
    trust = asked.inputs.get("assumeRolePolicy")
    check_policy(trust, principal=True, resource=False)
    if trust != asked.old.get("assumeRolePolicy"):
        _check_trust(trust, cloud)
    if trust and size_of(trust) > _LARGEST_TRUST:
        raise ApiError(f"LimitExceeded: Cannot exceed quota for ACLSizePerRole: {_LARGEST_TRUST}")
    for policy in asked.inputs.get("inlinePolicies") or ():
        check_policy(policy.get("policy"), principal=False, resource=True)


def check_path(asked: Asked, _cloud: Cloud) -> None:
    """A path begins and ends with a slash."""
    path = asked.text("path")
    if path and not re.fullmatch(r"/([!-~]+/)?", path):
        raise ApiError(
            "ValidationError: The specified value for path is invalid. It must begin and end with / and contain only "
            "alphanumeric characters and/or / characters."
        )


def _check_trust(trust: Any, cloud: Cloud) -> None:
    statements = list(statements_of(document_of(trust)))
    for statement in statements:
        if any(not str(action).lower().startswith("sts:") for action in listed(statement.get("Action"))):
            raise ApiError("MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.")
    says = 'MalformedPolicyDocument: Invalid principal in policy: "{}":"{}"'
    check_services(statements, says)
    check_principals(statements, says, cloud)


def check_inline(asked: Asked, cloud: Cloud) -> None:
    """A policy of a role is one, and all of a role's have room."""
    policy, role = asked.inputs.get("policy"), asked.text("role")
    check_policy(policy, principal=False, resource=True)
    others = (each for each in cloud.naming(_INLINE, "role", role) if each.inputs.get("name") != asked.text("name"))
    if size_of(policy or "") + sum(size_of(each.inputs.get("policy") or "") for each in others) > _LARGEST_INLINE:
        raise ApiError(f"LimitExceeded: Maximum policy size of {_LARGEST_INLINE} bytes exceeded for role {role}")


def check_managed(asked: Asked, cloud: Cloud) -> None:
    """A managed policy is one, and not too large."""
    check_path(asked, cloud)
    policy = asked.inputs.get("policy")
    check_policy(policy, principal=False, resource=True)
    if size_of(policy or "") > _LARGEST_MANAGED:
        raise ApiError(f"LimitExceeded: Cannot exceed quota for PolicySize: {_LARGEST_MANAGED}")


def check_role_unused(held: Object, cloud: Cloud) -> None:
    """A role stays while policies hang on it, unless it was said that they may be taken off."""
    if held.inputs.get("forceDetachPolicies"):
        return
    if cloud.naming(_ATTACHMENT, "role", held.id):
        raise ApiError("DeleteConflict: Cannot delete entity, must detach all policies first.")
    if cloud.naming(_INLINE, "role", held.id):
        raise ApiError("DeleteConflict: Cannot delete entity, must delete policies first.")


CREATING = {
    "InstanceProfile": check_path,
    "Policy": check_managed,
    "Role": check_role,
    "RolePolicy": check_inline,
    "User": check_path,
}
UPDATING = CREATING
DELETING = {"Role": check_role_unused}
