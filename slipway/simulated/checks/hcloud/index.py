"""Servers, and what is attached to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, InUseError, Refusal
from slipway.simulated.checks.attachments import check_free, check_not_smaller, go_with, named, naming
from slipway.simulated.differences import values_at
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_SERVER, _ATTACHMENT = "hcloud:index/server:Server", "hcloud:index/volumeAttachment:VolumeAttachment"
_ADDRESSES = ("publicNets.ipv4", "publicNets.ipv6")
_VALUE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?"
_KEY = r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"


def judge_labels(asked: Asked) -> Iterator[Refusal]:
    """Labels are those of Kubernetes."""
    labels = asked.inputs.get("labels")
    for key, value in labels.items() if isinstance(labels, dict) else ():
        if not re.fullmatch(_KEY, key):
            yield Refusal(f"label key '{key}' is not correctly formatted", "labels")
        if isinstance(value, str) and value != UNKNOWN and not re.fullmatch(_VALUE, value):
            yield Refusal(f"label value '{value}' (key: {key}) is not correctly formatted", "labels")


def check_attachment(asked: Asked, cloud: Cloud) -> None:
    """A volume is at one server."""
    check_free(asked, cloud, "volumeId", "volume is already attached (volume_already_attached)")


def check_key(asked: Asked, cloud: Cloud) -> None:
    """A project has a key once."""
    check_free(asked, cloud, "publicKey", "SSH key not unique (uniqueness_error)")


def check_server(asked: Asked, cloud: Cloud) -> None:
    """A primary address is at one server, and no two servers have one name."""
    check_free(asked, cloud, "name", "server name is already used (uniqueness_error)")
    taken = {each for other in cloud.of(_SERVER) if other.id != asked.id for each in _addresses(other.properties)}
    if _addresses(asked.inputs) & taken:
        raise ApiError("primary IP is already assigned to a server (primary_ip_already_assigned)")


def check_volume(asked: Asked, _cloud: Cloud) -> None:
    """A volume never shrinks."""
    check_not_smaller(asked, "volume size can only be increased (invalid_input)")


def check_unlocked(held: Object, _cloud: Cloud) -> None:
    """What is locked cannot be deleted."""
    if held.properties.get("deleteProtection") is True:
        raise ApiError("volume deletion is protected (protected)")


def check_detached(held: Object, cloud: Cloud) -> None:
    """A volume that is attached cannot be deleted either."""
    check_unlocked(held, cloud)
    if any(True for _ in naming(cloud, _ATTACHMENT, "volumeId", held.id)):
        raise InUseError("volume is still attached to a server (volume_attached)")


def check_unassigned(held: Object, cloud: Cloud) -> None:
    """A primary address that a server has cannot be deleted."""
    if any(held.id in _addresses(each.properties) for each in cloud.of(_SERVER)):
        raise InUseError("primary IP must be unassigned (must_be_unassigned)")


def let_go(held: Object, cloud: Cloud) -> None:
    """With a server goes the attachment of its volume."""
    go_with(held, cloud, (_ATTACHMENT, "serverId"))


def _addresses(server: Any) -> set[str]:
    found: set[str] = set()
    for path in _ADDRESSES:
        found |= {named(each) for each in values_at(dict(server), path)}
    return found - {""}


INPUTS = dict.fromkeys(("Firewall", "PrimaryIp", "Server", "SshKey", "Volume"), judge_labels)
CREATING = {"Server": check_server, "SshKey": check_key, "VolumeAttachment": check_attachment}
UPDATING = {"Server": check_server, "Volume": check_volume}
DELETING = {"PrimaryIp": check_unassigned, "Volume": check_detached}
DELETED = {"Server": let_go}
