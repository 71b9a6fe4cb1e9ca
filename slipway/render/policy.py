"""The least that whoever deploys a plan must be allowed in AWS, as policies of IAM."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from plan.model import PROVIDER_PREFIX, STACK_TYPE
from slipway.built_images import IMAGE, REGISTRY
from slipway.errors import SlipwayError
from slipway.render.actions import Extra, Kind, Service, among, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plan.model import Plan, Resource

LIMIT = 6_144  # characters of a managed policy, white space not counted
Statement: TypeAlias = "dict[str, Any]"  # as IAM's JSON has it

_PASS, _LINK = "iam:PassRole", "iam:CreateServiceLinkedRole"  # they have statements of their own
_DEEP = 3  # a name with so many parts between slashes stands for all beside it


@dataclass(frozen=True, slots=True)
class Scope:
    """What a policy is narrowed to. Empty means that it is not known, and any will do."""

    region: str = ""
    accounts: tuple[str, ...] = ()
    prefix: str = ""
    """How the provider's automatic names begin."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags that everything of the stack carries from its making on, and never loses."""
    images: str = ""
    """The name of the public parameter that tells the machines' image."""
    tagged: str = ""
    """The ARN of the repository in which the digest of a tag is looked up."""


def deploy_policies(plan: Plan, scope: Scope) -> list[str]:
    """The policies as JSON, each within what IAM takes; none where the plan has nothing of AWS.

    Raises `SlipwayError` for a type that the table has not.
    """
    known = [each for each in plan.resources if not each.external]
    ours = [each for each in known if each.type.startswith("aws:")]
    if not ours:
        return []
    if any(each.type == REGISTRY for each in ours):
        ours += [each for each in known if each.type == IMAGE]  # whoever deploys pushes it there
    kinds = {each.type: table().kind(each.type) for each in ours}
    places = _Places(ours, kinds, scope, _regions(plan))
    return [_document(part) for part in _fit(list(_statements(ours, kinds, places)))]


def not_covered(plan: Plan) -> list[str]:
    """The packages of the plan's resources that are not AWS's: their rights are given elsewhere."""
    tokens = {each.type for each in plan.resources if each.custom and each.type != STACK_TYPE}
    packages = {token.partition(":")[0] for token in tokens if not token.startswith(PROVIDER_PREFIX)}
    return sorted(packages - {"aws", IMAGE.partition(":")[0], "pulumi"})


def _regions(plan: Plan) -> dict[str, str]:
    """The region of each provider of AWS that is known to have one, by its URN."""
    providers = [each for each in plan.resources if each.type == f"{PROVIDER_PREFIX}aws"]
    return {each.urn: region for each in providers if isinstance(region := each.inputs.get("region"), str)}


def _statements(ours: Sequence[Resource], kinds: Mapping[str, Kind], places: _Places) -> Iterator[Statement]:
    by_service: defaultdict[str, set[str]] = defaultdict(set)
    for each in ours:
        for action in kinds[each.type].needed(each.inputs) - {_PASS}:
            by_service[action.partition(":")[0]].add(action)
    scope = places.scope
    yield _allow("WhoAmI", ["sts:GetCallerIdentity"], ["*"])
    if scope.images:
        image = f"arn:aws:ssm:{scope.region or '*'}::parameter{scope.images}"
        yield _allow("Image", ["ssm:GetParameter"], [image])
    if scope.tagged:
        yield _allow("Tag", ["ecr:DescribeImages"], [scope.tagged])
    for name, actions in sorted(by_service.items()):
        service = table().services[name]
        yield from _of_service(name.capitalize(), service, actions, places)
        for number, extra in enumerate(service.also, 1):
            if extra.actions & actions and (not extra.kinds or extra.kinds & kinds.keys()):
                yield _extra(f"{name.capitalize()}Also{number}", extra, extra.actions & actions, places)
    yield from _roles(ours, kinds, places)


class _Places:
    """The ARNs that a scope and the names in a plan make of patterns."""

    def __init__(
        self, ours: Sequence[Resource], kinds: Mapping[str, Kind], scope: Scope, regions: Mapping[str, str]
    ) -> None:
        self.scope = scope
        self._zones = sorted(
            {str(each.inputs["zoneId"]) for each in ours if isinstance(each.inputs.get("zoneId"), str)}
        )
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._regions: defaultdict[str, set[str]] = defaultdict(set)
        for each in ours:
            kind = kinds[each.type]
            given = each.inputs.get(kind.named) if kind.named else None
            for service in {action.partition(":")[0] for action in kind.actions}:
                self._names[service].add(_pattern(given) if isinstance(given, str) else f"{scope.prefix}*")
                if scope.region:
                    # Some of it may be elsewhere: a certificate of CloudFront's is.
                    self._regions[service].add(regions.get(each.provider.rpartition("::")[0], scope.region))

    def arns(self, service: str, patterns: Iterable[str]) -> list[str]:
        """The ARNs, in order."""
        found: set[str] = set()
        for pattern in patterns:
            for account in self.scope.accounts or ("*",):
                for name in self._names[service] or {"*"}:
                    for region, zone in product(
                        self._regions[service] or {self.scope.region or "*"}, self._zones or ["*"]
                    ):
                        arn = pattern.format(region=region, account=account, name=name, zone=zone)
                        found.add(arn.replace("parameter//", "parameter/"))
        return sorted(found)

    def in_request(self) -> Statement:
        """The condition that what is made gets the stack's tags."""
        return _equal("aws:RequestTag", self.scope.tags)

    def on_resource(self) -> Statement:
        """The condition that what is touched has the stack's tags."""
        return _equal("aws:ResourceTag", self.scope.tags)


def _pattern(name: str) -> str:
    parts = name.split("/")
    return "/".join([*parts[:_DEEP], "*"]) if len(parts) > _DEEP else name


def _equal(key: str, tags: Mapping[str, str]) -> Statement:
    return {"StringEquals": {f"{key}/{name}": value for name, value in tags.items()}} if tags else {}


def _of_service(sid: str, service: Service, actions: set[str], places: _Places) -> Iterator[Statement]:
    name = sid.lower()
    everywhere = {action for action in actions if among(action, service.everywhere)}
    make = {action for action in actions if among(action, service.make)}
    owned = {action for action in actions - everywhere if among(action, service.owned)}
    rest = actions - everywhere - make - owned
    arns = places.arns(name, service.resources)
    if everywhere:
        yield _allow(f"{sid}Everywhere", everywhere, ["*"])
    if make:
        yield _allow(f"{sid}Make", make, list(service.makes) or arns, places.in_request())
    if owned:
        yield _allow(f"{sid}Own", owned, arns, places.on_resource())
    if rest:
        yield _allow(sid, rest, arns)


def _extra(sid: str, extra: Extra, actions: Iterable[str], places: _Places) -> Statement:
    service = next(iter(extra.actions)).partition(":")[0]
    tagged = places.in_request() if extra.tagged or extra.condition else {}
    condition = {**extra.condition, **tagged}
    return _allow(sid, actions, places.arns(service, extra.resources), condition)


def _roles(ours: Sequence[Resource], kinds: Mapping[str, Kind], places: _Places) -> Iterator[Statement]:
    """Which roles may be handed to which services, and which services' own roles may come into being."""
    if any(_PASS in kind.actions for kind in kinds.values()):
        services = sorted({service for each in ours for service in _trusted(each)})
        if services:
            roles = places.arns("iam", ["arn:aws:iam::{account}:role/{name}"])
            yield _allow("PassRole", [_PASS], roles, {"StringEquals": {"iam:PassedToService": services}})
    linked = sorted({kind.linked for kind in kinds.values() if kind.linked})
    if linked:
        roles = places.arns("iam", ["arn:aws:iam::{account}:role/aws-service-role/*"])
        yield _allow("ServiceRoles", [_LINK], roles, {"StringEquals": {"iam:AWSServiceName": linked}})


def _trusted(role: Resource) -> Iterator[str]:
    """The services that a role of the plan says it trusts; only they get it."""
    if role.type != "aws:iam/role:Role":
        return
    given = role.inputs.get("assumeRolePolicy")
    if not isinstance(given, str):
        raise SlipwayError(
            f"{role.urn}: assumeRolePolicy: it is not known before deployment, so no policy can say which services the"
            " role may be handed to. Give it as a text that depends on no other resource."
        )
    statements = json.loads(given).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        yield from [services] if isinstance(services, str) else services


def _allow(
    sid: str, actions: Iterable[str], resources: Sequence[str], condition: Mapping[str, Any] | None = None
) -> Statement:
    return {
        "Sid": re.sub(r"[^A-Za-z0-9]", "", sid),
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
        **({"Condition": dict(condition)} if condition else {}),
    }


def _fit(statements: Sequence[Statement]) -> list[list[Statement]]:
    """The statements in as few policies as first-come-first-served makes, each within the limit."""
    parts: list[list[Statement]] = []
    for statement in [half for each in statements for half in _halved(each)]:
        home = next((part for part in parts if _size([*part, statement]) <= LIMIT), None)
        if home is None:
            parts.append([statement])
        else:
            home.append(statement)
    return parts


def _halved(statement: Statement) -> list[Statement]:
    """The statement, or its halves where it alone is longer than a policy may be: by what it has more of."""
    if _size([statement]) <= LIMIT:
        return [statement]
    longer = max(("Action", "Resource"), key=lambda key: len(statement[key]))
    middle = len(statement[longer]) // 2
    if not middle:
        raise SlipwayError(f"deploy policy: the statement {statement['Sid']} alone is longer than a policy may be.")
    halves = (
        {**statement, "Sid": f"{statement['Sid']}{letter}", longer: part}
        for letter, part in (("A", statement[longer][:middle]), ("B", statement[longer][middle:]))
    )
    return [each for half in halves for each in _halved(half)]


def _size(statements: Sequence[Statement]) -> int:
    return len(re.sub(r"\s", "", _document(statements)))


def _document(statements: Sequence[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2) + "\n"
