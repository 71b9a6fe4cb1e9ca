"""Droplets, and what is attached to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.checks.attachments import check_free, check_not_smaller, go_with, naming

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_ATTACHMENT = "digitalocean:index/volumeAttachment:VolumeAttachment"
_ASSIGNMENT = "digitalocean:index/reservedIpAssignment:ReservedIpAssignment"


def check_attachment(asked: Asked, cloud: Cloud) -> None:
    """A volume is at one droplet."""
    check_free(asked, cloud, "volumeId", "422 (request) storage already associated with another Droplet")


def check_key(asked: Asked, cloud: Cloud) -> None:
    """An account has a key once."""
    check_free(asked, cloud, "publicKey", "422 SSH Key is already in use on your account")


def check_volume(asked: Asked, _cloud: Cloud) -> None:
    """A volume never shrinks."""
    check_not_smaller(asked, "volumes `size` can only be expanded and not shrunk")


def check_detached(held: Object, cloud: Cloud) -> None:
    """A volume that is attached cannot be deleted."""
    if any(True for _ in naming(cloud, _ATTACHMENT, "volumeId", held.id)):
        raise InUseError("409 a volume that is attached to a Droplet cannot be deleted")


def check_firewall(asked: Asked, _cloud: Cloud) -> None:
    """A rule for TCP or UDP names its ports."""
    rules = [*(asked.inputs.get("inboundRules") or ()), *(asked.inputs.get("outboundRules") or ())]
    if any(rule.get("protocol") != "icmp" and not rule.get("portRange") for rule in rules if isinstance(rule, dict)):
        raise ApiError("`port_range` of inbound_rule and outbound_rule is required if protocol is `tcp` or `udp`")


def let_go(held: Object, cloud: Cloud) -> None:
    """With a droplet go the attachment of its volume and the assignment of its address."""
    go_with(held, cloud, (_ATTACHMENT, "dropletId"), (_ASSIGNMENT, "dropletId"))


CREATING = {"Firewall": check_firewall, "SshKey": check_key, "VolumeAttachment": check_attachment}
UPDATING = {"Firewall": check_firewall, "Volume": check_volume}
DELETING = {"Volume": check_detached}
DELETED = {"Droplet": let_go}
