"""Machines and what they are launched from."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import different_networks, machine_type

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

LARGEST_USER_DATA = 16384  # bytes


def check_template(asked: Asked, _cloud: Cloud) -> None:
    """What a template says is what a machine can be launched with."""
    data = asked.text("userData")
    if data:
        _check_user_data(data)
    _check_type(asked)
    interfaces = asked.inputs.get("networkInterfaces") or ()
    if interfaces and asked.inputs.get("vpcSecurityGroupIds"):
        raise ApiError(
            "InvalidParameterCombination: Network interfaces and an instance-level security groups may not be "
            "specified on the same request"
        )


def check_instance(asked: Asked, cloud: Cloud) -> None:
    """A machine is of a type that there is, with its groups in its subnet's network."""
    _check_type(asked)
    if not asked.text("ami") and not asked.inputs.get("launchTemplate"):
        raise ApiError("MissingParameter: The request must contain the parameter ImageId")
    if asked.text("userDataBase64"):
        _check_user_data(asked.text("userDataBase64"))
    subnet, groups = asked.text("subnetId"), asked.texts("vpcSecurityGroupIds")
    if subnet and different_networks(asked, [subnet], groups, cloud):
        raise ApiError(
            f"InvalidParameter: Security group {groups[0]} and subnet {subnet} belong to different networks."
        )


def _check_type(asked: Asked) -> None:
    kind = asked.text("instanceType")
    if kind and not machine_type(kind):
        raise ApiError(f"InvalidParameterValue: Invalid value '{kind}' for InstanceType.")


def _check_user_data(data: str) -> None:
    try:
        decoded = base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise ApiError("InvalidUserData.Malformed: Invalid BASE64 encoding of user data.") from None
    if len(decoded) > LARGEST_USER_DATA:
        raise ApiError(f"InvalidUserData.Malformed: User data is limited to {LARGEST_USER_DATA} bytes")
