"""Zones and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.records import check_beside, check_values

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_RECORD = "aws:route53/record:Record"
_ZONE = "aws:route53/zone:Zone"
_OWN = ("NS", "SOA")  # records that every zone begins with
_SEVERAL = "setIdentifier"  # by which records of one name and type may differ


def check_record(asked: Asked, cloud: Cloud) -> None:
    """A record is there once, and a CNAME is alone with its name and not a zone's own."""
    zone, kind = asked.text("zoneId"), asked.text("type")
    name, top = full_name(asked, cloud), _zone_name(zone, cloud)
    told = f"RRSet of type {kind} with DNS name {name}. is not permitted"
    if kind == "CNAME" and name == top:
        raise ApiError(f"InvalidChangeBatch: [{told} at apex in zone {top}.]")
    check_values(asked, name)
    for other in cloud.naming(_RECORD, "fqdn", name):
        if other.id == asked.id or other.inputs.get("zoneId") != zone:
            continue
        there = str(other.inputs.get("type"))
        if there == kind and other.inputs.get(_SEVERAL) == asked.inputs.get(_SEVERAL):
            if asked.inputs.get("allowOverwrite"):
                continue
            raise ApiError(
                f"InvalidChangeBatch: [Tried to create resource record set [name='{name}.', type='{kind}'] but it "
                "already exists]"
            )
        if there == kind:
            check_beside(asked, other, name)
        if there != kind and "CNAME" in (there, kind):
            other_kind = there if there == "CNAME" else "other"
            raise ApiError(
                f"InvalidChangeBatch: [{told} because a conflicting RRSet of type {other_kind} with the same DNS name "
                f"already exists in zone {top}.]"
            )


def given_of_record(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The whole name, without a dot at its end."""
    return {"fqdn": full_name(asked, cloud)}


def check_zone_empty(held: Object, cloud: Cloud) -> None:
    """A zone with records stays, unless it was said that they may go."""
    records = cloud.naming(_RECORD, "zoneId", str(held.properties.get("zoneId")))
    own = [record for record in records if record.inputs.get("type") not in _OWN]
    if own and not held.inputs.get("forceDestroy"):
        raise ApiError(
            "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be "
            "deleted."
        )


def full_name(asked: Asked, cloud: Cloud) -> str:
    """A record's name as the provider completes it: with the zone's name, where it does not end in it."""
    name, zone = asked.text("name").rstrip(".").lower(), _zone_name(asked.text("zoneId"), cloud)
    if not zone or name == zone or name.endswith(f".{zone}"):
        return name
    return f"{name}.{zone}" if name else zone


def _zone_name(identifier: str, cloud: Cloud) -> str:
    zone = cloud.get(_ZONE, identifier)
    return str(zone.inputs.get("name", "")).rstrip(".").lower() if zone else ""


CREATING = {"Record": check_record}
UPDATING = CREATING
DELETING = {"Zone": check_zone_empty}
GIVES = {"Record": given_of_record}
