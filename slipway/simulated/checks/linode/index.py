"""Linodes, and what is attached to them. Inputs are any JSON, hence `Any`."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, InUseError, Refusal
from slipway.simulated.checks.attachments import check_free, check_not_smaller
from slipway.simulated.differences import values_at
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_INSTANCE = "linode:index/instance:Instance"
_MOST_USER_DATA = 16384  # bytes, decoded


def judge_instance(asked: Asked) -> Iterator[Refusal]:
    """User data is base64 of at most 16 KiB, and whoever starts from an image has a way to log in."""
    for text in values_at(dict(asked.inputs), "metadatas.userData"):
        yield from _judged_user_data(text)
    ways = ("rootPass", "authorizedKeys", "authorizedUsers")
    if asked.sure("image") and not any(asked.inputs.get(way) for way in ways):
        yield Refusal("at least one of root_pass, authorized_keys, or authorized_users must be specified", "image")


def check_instance(asked: Asked, cloud: Cloud) -> None:
    """Labels are unique, and an address is at one Linode."""
    check_free(asked, cloud, "label", "[400] [label] Label must be unique among your linodes")
    wanted = set(asked.texts("ipv4s"))
    taken = {each for other in cloud.of(_INSTANCE) if other.id != asked.id for each in other.inputs.get("ipv4s") or ()}
    if wanted & taken:
        raise ApiError("[400] [ipv4] The reserved IP address is already assigned to another Linode")


def check_firewall(asked: Asked, cloud: Cloud) -> None:
    """Labels are unique."""
    check_free(asked, cloud, "label", "[400] [label] Label must be unique among your Cloud Firewalls")


def check_volume(asked: Asked, cloud: Cloud) -> None:
    """Labels are unique, and a volume never shrinks."""
    check_free(asked, cloud, "label", "[400] [label] Must be unique")
    check_not_smaller(asked, "[400] [size] Storage Volumes can only be resized up")


def check_unassigned(held: Object, cloud: Cloud) -> None:
    """An address that a Linode has cannot be given back."""
    if any(held.id in (each.inputs.get("ipv4s") or ()) for each in cloud.of(_INSTANCE)):
        raise InUseError("[400] The reserved IP address is assigned to a Linode")


def _judged_user_data(text: Any) -> Iterator[Refusal]:
    if not isinstance(text, str) or text == UNKNOWN:
        return
    try:
        size = len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        yield Refusal("[400] [metadata.user_data] Must be a valid base64-encoded string", "metadatas[0].userData")
        return
    if size > _MOST_USER_DATA:
        reason = f"[400] [metadata.user_data] Decoded user_data must not exceed {_MOST_USER_DATA} bytes"
        yield Refusal(reason, "metadatas[0].userData")


INPUTS = {"Instance": judge_instance}
CREATING = {"Firewall": check_firewall, "Instance": check_instance, "Volume": check_volume}
UPDATING = {"Firewall": check_firewall, "Instance": check_instance, "Volume": check_volume}
DELETING = {"ReservedIp": check_unassigned}
