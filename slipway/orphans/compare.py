"""What AWS lists against what states record: each thing is recorded, kept on purpose, AWS's own, or an orphan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.orphans.types import EC2_ID, AwsType, Named, known_types, read_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.orphans.account import Tagged
    from slipway.orphans.records import Records

_CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
_GROUP = "aws:autoscaling/group:Group"
_GROUP_TAG = "aws:autoscaling:groupName"  # AWS sets it on the machines of a group
_CLUSTER = re.compile(r"arn:[\w-]+:elasticache:[^:]*:\d*:cluster:(.+)")
_INTERFACE = re.compile(r"arn:[\w-]+:ec2:[^:]*:\d*:network-interface/")


@dataclass(frozen=True, slots=True)
class Listed:
    """One listed thing that no state records. `about` says what it is where that is neither an orphan nor unclear."""

    named: Named
    tags: Mapping[str, str]
    about: str = ""

    @property
    def arn(self) -> str:
        """Its ARN, empty for what is known by its parts only."""
        return self.named.arn

    def types(self) -> tuple[AwsType, ...]:
        """The types that it may be of."""
        return self.named.types


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is listed and not recorded, by what it is, and how many are recorded."""

    recorded: int
    orphans: tuple[Listed, ...]
    kept: tuple[Listed, ...]
    of_aws: tuple[Listed, ...]


def compare(listed: Iterable[Tagged], records: Records) -> Comparison:
    """Sort what is listed. The same input gives the same order: by ARN."""
    found = [Listed(read_arn(each.arn), dict(each.tags)) for each in sorted(set(listed))]
    unknown = [each for each in found if not is_recorded(each.named, records)]
    caches = {each.named.fields["id"] for each in found if _CACHE in {kind.type for kind in each.types()}}
    orphans: list[Listed] = []
    kept: list[Listed] = []
    of_aws: list[Listed] = []
    groups: dict[str, Listed] = {}
    for each in unknown:
        group = each.tags.get(_GROUP_TAG, "")
        about = _of_aws(each, group, caches)
        if each.named.kept:
            kept.append(Listed(each.named, each.tags, each.named.kept))
        elif about:
            of_aws.append(Listed(each.named, each.tags, about))
            if group and not records.has(_GROUP, group):
                groups.setdefault(group, _group(group, each))
        else:
            orphans.append(each)
    return Comparison(len(found) - len(unknown), (*orphans, *groups.values()), tuple(kept), tuple(of_aws))


def is_recorded(named: Named, records: Records) -> bool:
    """Whether a state records the thing of this ARN."""
    if named.arn.removesuffix(":*") in records.arns:
        return True
    own = named.fields.get("id", "")
    if EC2_ID.match(own) and records.has_anywhere(own):
        return True
    # State and import may know it by different ids: a firewall is imported by more than its own.
    known = [own, named.fields.get("uuid", "")]
    return any(
        records.has(kind.type, identifier) for kind in named.types for identifier in (named.import_id(kind), *known)
    )


def _of_aws(each: Listed, group: str, caches: set[str]) -> str:
    if group:
        return f"machine of the auto-scaling group {group}"
    if _INTERFACE.match(each.arn):
        return "network interface of a machine, gateway, endpoint or load balancer"
    cluster = _CLUSTER.match(each.arn)
    if cluster and any(cluster[1].startswith(f"{cache}-") for cache in caches):
        return "node of a cache"
    return ""


def _group(group: str, machine: Listed) -> Listed:
    """The auto-scaling group that a machine says it is of: AWS lists none itself."""
    fields = {"arn": "", "id": group, "region": machine.named.region}
    named = Named("", machine.named.region, (known_types()[_GROUP],), fields)
    return Listed(named, {"Name": machine.tags.get("Name", "")}, "known by its machines")
