"""Machines and what they are launched from."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.disks import check_of_machine
from slipway.simulated.checks.aws.lookups import SUBNET, group_elsewhere, machine_type, network_of, zone_of_machine

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

LARGEST_USER_DATA = 16384  # bytes
_MACHINE = "aws:ec2/instance:Instance"
_VOLUME = "aws:ebs/volume:Volume"
# Whatever has an address of a subnet, and the input that says which.
_ADDRESSED = (
    (_MACHINE, "privateIp"),
    ("aws:ec2/natGateway:NatGateway", "privateIp"),
    ("aws:ec2/networkInterface:NetworkInterface", "privateIps"),
)
_KEPT = 4  # addresses at the start of a subnet that AWS keeps, and the last one
_KEY = (  # one line as OpenSSH writes it, or a file of a key in one of the forms that AWS takes besides
    r"(ssh-rsa|ssh-ed25519) AAAA[A-Za-z0-9+/]+=*( .*)?\s*"
    r"|-----BEGIN [\s\S]*|---- BEGIN SSH2 [\s\S]*|[A-Za-z0-9+/\s]{200,}=*\s*"
)


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
    elsewhere = group_elsewhere(network_of(SUBNET, subnet, cloud), groups, cloud)
    if elsewhere:
        raise ApiError(
            f"InvalidParameter: Security group {elsewhere[0]} and subnet {subnet} belong to different networks."
        )
    _check_place(asked, subnet, cloud)
    if asked.old:
        return
    check_of_machine("root_block_device", asked.inputs.get("rootBlockDevice") or {})
    for disk in asked.inputs.get("ebsBlockDevices") or ():
        check_of_machine("ebs_block_device", disk)


def check_attachment(asked: Asked, cloud: Cloud) -> None:
    """A disk is attached where it stands."""
    volume, machine = cloud.get(_VOLUME, asked.text("volumeId")), cloud.get(_MACHINE, asked.text("instanceId"))
    zone = (machine.inputs.get("availabilityZone") or zone_of_machine(machine.inputs, cloud)) if machine else ""
    if volume and zone and volume.properties.get("availabilityZone") != zone:
        raise ApiError(
            f"InvalidVolume.ZoneMismatch: The volume '{volume.id}' is not in the same availability zone as instance "
            f"'{asked.text('instanceId')}'"
        )


def check_key(asked: Asked, _cloud: Cloud) -> None:
    """A key is one."""
    if not re.fullmatch(_KEY, asked.text("publicKey")):
        raise ApiError("InvalidKey.Format: Key is not in valid OpenSSH public key format")


def _check_place(asked: Asked, subnet: str, cloud: Cloud) -> None:
    """A machine is in its subnet's zone, with an address of it that is free."""
    held = cloud.get(SUBNET, subnet)
    if held is None:
        return
    zone, there = asked.text("availabilityZone"), held.properties.get("availabilityZone")
    if zone and zone != there:
        raise ApiError(
            f"InvalidParameterValue: Value ({zone}) for parameter availabilityZone is invalid. Subnet '{subnet}' is in "
            f"the availability zone {there}"
        )
    address, block = asked.text("privateIp"), held.inputs.get("cidrBlock")
    if not address or not isinstance(block, str):
        return
    own, wanted = ipaddress.IPv4Network(block), ipaddress.IPv4Address(address)
    if wanted not in own:
        raise ApiError(f"InvalidParameterValue: Address {address} does not fall within the subnet's address range")
    if int(wanted) < int(own.network_address) + _KEPT or wanted == own.broadcast_address:
        raise ApiError(f"InvalidParameterValue: Address {address} is in subnet's reserved address range")
    for token, path in _ADDRESSED:
        for other in cloud.naming(token, path, address):
            if other.inputs.get("subnetId") == subnet and (token, other.id) != (asked.token, asked.id):
                raise ApiError(f"InvalidIPAddress.InUse: Address {address} is in use.")


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
