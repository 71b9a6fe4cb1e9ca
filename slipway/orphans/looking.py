"""What AWS goes on listing although it is gone, or goes with something else: each is looked at before it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from slipway.orphans.account import Account
    from slipway.orphans.compare import Listed


@dataclass(frozen=True, slots=True)
class _Look:
    """How to look at a thing of one type, and where the answer has what matters. `gone` are values; none: any is.

    An answer is any JSON, hence `Any`.
    """

    service: str
    operation: str
    by: str
    path: tuple[str | int, ...]
    gone: tuple[object, ...] = ()
    means: str = "is being deleted, or waits for it"


_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_LOOKS = {
    "aws:kms/key:Key": _Look(
        "kms", "describe_key", "KeyId", ("KeyMetadata", "KeyState"), ("PendingDeletion", "PendingReplicaDeletion")
    ),
    "aws:secretsmanager/secret:Secret": _Look("secretsmanager", "describe_secret", "SecretId", ("DeletedDate",)),
    "aws:ec2/instance:Instance": _Look(
        *("ec2", "describe_instances", "InstanceIds", ("Reservations", 0, "Instances", 0, "State", "Name")),
        ("shutting-down", "terminated"),
    ),
    "aws:ec2/natGateway:NatGateway": _Look(
        "ec2", "describe_nat_gateways", "NatGatewayIds", ("NatGateways", 0, "State"), ("deleting", "deleted")
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _Look(
        "ec2", "describe_vpc_endpoints", "VpcEndpointIds", ("VpcEndpoints", 0, "State"), ("deleting", "deleted")
    ),
    "aws:ebs/volume:Volume": _Look(
        *("ec2", "describe_volumes", "VolumeIds", ("Volumes", 0, "Attachments", 0, "DeleteOnTermination")),
        gone=(True,),
        means="disk of a machine, which takes it along when it ends",
    ),
}


def look_at(found: Listed, account: Account) -> Listed:
    """The thing with what AWS says of it: `about` where it is no orphan, and one type where two were possible.

    Raises `ProgramError` where AWS does not let us look.
    """
    kinds = found.types()
    if {kind.type for kind in kinds} == {_EGRESS, _INGRESS}:
        return _rule(found, account)
    look = _LOOKS.get(kinds[0].type) if kinds else None
    if look is None or not found.arn:
        return found
    own = found.named.import_id(kinds[0])
    answer = account.look(
        look.service, found.named.region, look.operation, {look.by: [own] if look.by.endswith("s") else own}
    )
    if answer is None:
        return replace(found, about="is gone; AWS lists it for a while")
    value = _at(answer, look.path)
    if value is not None and (value in look.gone or not look.gone):
        return replace(found, about=look.means)
    return found


def _at(answer: Any, path: tuple[str | int, ...]) -> Any:
    """What is at the end of a path, None where it leads nowhere."""
    for step in path:
        try:
            answer = answer[step]
        except (KeyError, IndexError):
            return None
    return answer


def _rule(found: Listed, account: Account) -> Listed:
    own = found.named.fields["id"]
    request = {"SecurityGroupRuleIds": [own]}
    answer: dict[str, Any] | None = account.look("ec2", found.named.region, "describe_security_group_rules", request)
    if not answer or not answer.get("SecurityGroupRules"):
        return replace(found, about="is gone; AWS lists it for a while")
    wanted = _EGRESS if answer["SecurityGroupRules"][0]["IsEgress"] else _INGRESS
    kinds = tuple(kind for kind in found.types() if kind.type == wanted)
    return replace(found, named=replace(found.named, types=kinds))


def looked_at(found: tuple[Listed, ...], account: Account) -> tuple[tuple[Listed, ...], tuple[Listed, ...], list[str]]:
    """The orphans, what is none, and a note for each that AWS did not let us look at: it stays an orphan."""
    orphans: list[Listed] = []
    others: list[Listed] = []
    notes: list[str] = []
    for each in found:
        try:
            seen = look_at(each, account)
        except ProgramError as error:
            notes.append(f"{each.arn}: whether it still lives is not known: {error}")
            seen = each
        (others if seen.about and seen.arn else orphans).append(seen)
    return tuple(orphans), tuple(others), notes
