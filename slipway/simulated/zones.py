"""The availability zones of a region."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL = 3
_COUNTS = {"us-east-1": 6, "us-west-2": 4, "us-west-1": 2, "ap-northeast-2": 4, "ca-central-1": 3}
_SHORT = {
    "north": "n", "south": "s", "east": "e", "west": "w", "central": "c",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip


def zones(arguments: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The result of `getAvailabilityZones`, without those that the arguments exclude. Filters are not looked at."""
    excluded = {*(arguments.get("excludeNames") or ()), *(arguments.get("excludeZoneIds") or ())}
    found = {name: number for name, number in _zones(region).items() if not {name, number} & excluded}
    return {"id": region, "names": [*found], "zoneIds": [*found.values()], "groupNames": [f"{region}-zg-1"]}


def zone(arguments: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The result of `getAvailabilityZone`. Raises `LookupError` for a zone that the region does not have."""
    known = _zones(region)
    wanted = {arguments.get("name"), arguments.get("zoneId")}
    for name, number in known.items():
        if wanted & {name, number}:
            about = {"zoneType": "availability-zone", "state": "available", "optInStatus": "opt-in-not-required"}
            return {
                "id": name, "name": name, "zoneId": number, "nameSuffix": name.removeprefix(region),
                "groupName": f"{region}-zg-1", "networkBorderGroup": region, "region": region, **about,
            }  # fmt: skip
    message = f"no availability zone matches; {region} has {', '.join(known)}"
    raise LookupError(message)


def zone_name(identifier: str, region: str) -> str:
    """The name of a zone by its id, of a local zone too; empty for an id that is none of the region's."""
    found = re.fullmatch(rf"{_short(region)}-(?:([a-z]+)(\d+)-)?az([1-9])", identifier)
    if not found:
        return ""
    place = f"{region}-{found[1]}-{found[2]}" if found[1] else region
    return place + string.ascii_lowercase[int(found[3]) - 1]


def zone_id(name: str, region: str) -> str:
    """The id of a zone by its name; empty for one that is not known."""
    return _zones(region).get(name, "")


def _zones(region: str) -> dict[str, str]:
    """Each zone's name with its id (`us-east-1a`, `use1-az1`)."""
    letters = string.ascii_lowercase[: _COUNTS.get(region, _USUAL)]
    return {f"{region}{letter}": f"{_short(region)}-az{position}" for position, letter in enumerate(letters, 1)}


def _short(region: str) -> str:
    """What the ids of a region's zones begin with: `use1` of `us-east-1`."""
    start, *directions, number = region.split("-")
    return start + "".join(_SHORT.get(word, word[0]) for word in directions) + number
