"""Disks. A deleted one leaves a final snapshot, where that is wanted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.aws.disks import MUST_SAY, SHARED, TAKEN_BY, check_speed
from slipway.simulated.sdk import snake
from slipway.simulated.store import Object
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

SNAPSHOT = "aws:ebs/snapshot:Snapshot"
_SIZES = {  # GiB
    "gp2": (1, 16384),
    "gp3": (1, 65536),
    "io1": (4, 16384),
    "io2": (4, 65536),
    "sc1": (125, 16384),
    "st1": (125, 16384),
    "standard": (1, 1024),
}


def judge_disk(asked: Asked) -> Iterator[Refusal]:
    """A new disk is asked for what its type has."""
    kind = asked.inputs.get("type") or "gp2"
    if asked.old or kind not in _SIZES:
        return
    if kind in MUST_SAY and not asked.inputs.get("iops"):
        yield Refusal(f"'iops' must be set when 'type' is '{kind}'")
    for name, types in {**TAKEN_BY, "multiAttachEnabled": SHARED}.items():
        if asked.sure(name) and kind not in types:
            yield Refusal(f"'{snake(name)}' must not be set when 'type' is '{kind}'")


def check_disk(asked: Asked, _cloud: Cloud) -> None:
    """A disk has a size that its type has, in a zone of the region."""
    kind, size = str(asked.inputs.get("type") or "gp2"), asked.inputs.get("size")
    smallest, largest = _SIZES[kind]
    if size is not None and not smallest <= int(size) <= largest:
        word, bound = (
            ("small", f"minimum is {smallest}") if int(size) < smallest else ("large", f"maximum is {largest}")
        )
        raise ApiError(
            f"InvalidParameterValue: Volume of {int(size)}GiB is too {word} for volume type {kind}; {bound}GiB."
        )
    check_speed(kind, asked.inputs)
    if asked.inputs.get("kmsKeyId") and not asked.inputs.get("encrypted"):
        raise ApiError(
            "InvalidParameterDependency: The parameter [KmsKeyId] requires the parameter Encrypted to be set."
        )
    zone = asked.text("availabilityZone")
    if zone and not zone.startswith(asked.region):
        raise ApiError(f"InvalidZone.NotFound: The zone '{zone}' does not exist.")


def check_changed_disk(asked: Asked, cloud: Cloud) -> None:
    """A disk grows only."""
    check_disk(asked, cloud)
    old, new = int(asked.old.get("size") or 0), int(asked.inputs.get("size") or 0)
    if new and new < old:
        raise ApiError("InvalidParameterValue: New size cannot be smaller than existing size")


def leave_snapshot(held: Object, cloud: Cloud) -> None:
    """The final snapshot stays."""
    if not held.inputs.get("finalSnapshot"):
        return
    name = f"snap-{hashlib.sha256(held.id.encode()).hexdigest()[:17]}"
    region = str(held.properties.get("region"))
    arn = f"arn:aws:ec2:{region}:{ACCOUNT}:snapshot/{name}"
    computed = {"arn": arn, "region": region, "tagsAll": held.properties.get("tagsAll") or {}}
    cloud.add(Object(SNAPSHOT, name, "", {"volumeId": held.id, "tags": held.inputs.get("tags") or {}}, computed))


INPUTS = {"Volume": judge_disk}
CREATING = {"Volume": check_disk}
UPDATING = {"Volume": check_changed_disk}
DELETED = {"Volume": leave_snapshot}
