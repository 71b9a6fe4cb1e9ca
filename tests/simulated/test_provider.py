"""The simulated provider, asked as the engine asks it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from pulumi.runtime.proto import provider_pb2

from slipway.simulated.provider import SimulatedProvider
from slipway.simulated.sdk import Sdk
from slipway.simulated.structs import UNKNOWN, to_python, to_struct

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"
GROUP = "urn:pulumi:dev::shop::slipway:aws:Cache$aws:elasticache/replicationGroup:ReplicationGroup::cache"
BALANCER = f"urn:pulumi:dev::shop::aws:lb/loadBalancer:LoadBalancer::{'b' * 40}"
TEMPLATE = "urn:pulumi:dev::shop::aws:ec2/launchTemplate:LaunchTemplate::template"
RANGE = {"cidrBlock": "10.0.0.0/16"}
COMPUTED_OF_VPC = {"arn", "defaultSecurityGroupId", "mainRouteTableId", "ownerId", "tagsAll"}


@dataclass
class RefusedError(Exception):
    code: grpc.StatusCode
    message: str


class Context:
    def abort(self, code: grpc.StatusCode, message: str) -> NoReturn:
        raise RefusedError(code, message)


@pytest.fixture
def provider(tmp_path: Path) -> Callable[..., SimulatedProvider]:
    found = importlib.util.find_spec("pulumi_aws")
    assert found is not None
    assert found.origin is not None
    sdk = Sdk("aws", "7.51.1", Path(found.origin).parent)

    def make(answers: dict[str, Any] | None = None, *, autoname: bool = True) -> SimulatedProvider:
        return SimulatedProvider(sdk, tmp_path, answers or {}, autoname=autoname)

    return make


def create(provider: SimulatedProvider, urn: str, inputs: dict[str, Any], *, preview: bool = False) -> Any:
    request = provider_pb2.CreateRequest(urn=urn, properties=to_struct(inputs), preview=preview)
    return provider.Create(request, Context())


def test_a_preview_invents_no_value(provider: Callable[..., SimulatedProvider]) -> None:
    given = {"cidrBlock": "10.0.0.0/16", "instanceTenancy": "dedicated"}
    answer = create(provider(autoname=False), VPC, given, preview=True)
    properties = to_python(answer.properties)

    assert answer.id == ""
    assert {name: properties.pop(name) for name in given} == given
    assert properties.keys() >= COMPUTED_OF_VPC
    assert set(properties.values()) == {UNKNOWN}


def test_a_preview_knows_the_defaults_that_the_provider_itself_fills_in(
    provider: Callable[..., SimulatedProvider],
) -> None:
    planned = to_python(create(provider(), VPC, {**RANGE, "instanceTenancy": "dedicated"}, preview=True).properties)
    made = to_python(create(provider(), VPC, {**RANGE, "instanceTenancy": "dedicated"}).properties)

    for properties in (planned, made):
        assert properties["enableDnsSupport"] is True
        assert properties["instanceTenancy"] == "dedicated"


def test_what_a_type_may_leave_out_stays_out(provider: Callable[..., SimulatedProvider]) -> None:
    assert "assignGeneratedIpv6CidrBlock" not in to_python(create(provider(), VPC, RANGE).properties)


def test_a_created_object_has_ids_like_real_ones_and_a_second_has_others(
    provider: Callable[..., SimulatedProvider],
) -> None:
    served = provider()
    first, second = create(served, VPC, RANGE), create(served, VPC, RANGE)
    properties = to_python(first.properties)

    assert first.id.startswith("vpc-")
    assert properties["mainRouteTableId"].startswith("rtb-")
    assert properties["arn"] == f"arn:aws:ec2:us-east-1:123456789012:vpc/{first.id}"
    assert first.id != second.id


def test_no_host_name_or_address_leads_to_a_stranger(provider: Callable[..., SimulatedProvider]) -> None:
    cache = to_python(create(provider(), GROUP, {"replicationGroupId": "cache-1"}).properties)
    inside = {"name": "web", "internal": True, "subnets": ["subnet-1", "subnet-2"]}
    balancer = to_python(create(provider({"config": inside["subnets"]}), BALANCER, inside).properties)

    assert cache["primaryEndpointAddress"].endswith(".invalid")
    assert balancer["dnsName"].endswith(".invalid")


def test_an_unknown_input_cannot_be_deployed(provider: Callable[..., SimulatedProvider]) -> None:
    with pytest.raises(RefusedError, match="created with an unknown input"):
        create(provider(), VPC, {"tags": {"a": [UNKNOWN]}})


def test_a_name_that_is_taken_is_refused(provider: Callable[..., SimulatedProvider]) -> None:
    served = provider()
    create(served, GROUP, {"replicationGroupId": "cache-1"})

    with pytest.raises(RefusedError, match=r"Replication group cache-1 already exists"):
        create(served, GROUP, {"replicationGroupId": "cache-1"})


@pytest.mark.parametrize(
    ("urn", "name", "longest"), [(GROUP, "replicationGroupId", 40), (BALANCER, "name", 32), (TEMPLATE, "name", 125)]
)
def test_physical_names_are_made_from_logical_ones_within_their_bounds(
    provider: Callable[..., SimulatedProvider], urn: str, name: str, longest: int
) -> None:
    def checked(served: SimulatedProvider, **news: str) -> dict[str, Any]:
        return to_python(served.Check(provider_pb2.CheckRequest(urn=urn, news=to_struct(news)), Context()).inputs)

    made = checked(provider())[name]
    assert made.startswith(urn.rsplit("::", 1)[1][:20])
    assert len(made) <= longest
    assert checked(provider(), **{name: "mine"}) == {name: "mine"}
    assert checked(provider(), **{f"{name}Prefix": "mine"}) == {f"{name}Prefix": "mine"}
    assert checked(provider(autoname=False)) == {}


@pytest.mark.parametrize(
    ("urn", "old", "new", "kinds"),
    [
        (VPC, {"cidrBlock": "a"}, {"cidrBlock": "b"}, {"cidrBlock": "UPDATE_REPLACE"}),
        (VPC, {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, {"tags": "UPDATE"}),
        (VPC, {}, {"tags": {}}, {"tags": "ADD"}),
        (GROUP, {"subnetGroupName": "a"}, {}, {"subnetGroupName": "DELETE_REPLACE"}),
        (GROUP, {"nodeType": "a"}, {"nodeType": "b"}, {"nodeType": "UPDATE"}),
        (VPC, {"cidrBlock": "a"}, {"cidrBlock": UNKNOWN}, {"cidrBlock": "UPDATE_REPLACE"}),
    ],
)
def test_a_difference_says_whether_the_object_can_change(
    provider: Callable[..., SimulatedProvider],
    urn: str, old: dict[str, Any], new: dict[str, Any], kinds: dict[str, str],
) -> None:  # fmt: skip
    answer = provider().Diff(
        provider_pb2.DiffRequest(urn=urn, old_inputs=to_struct(old), news=to_struct(new)), Context()
    )

    found = {name: provider_pb2.PropertyDiff.Kind.Name(diff.kind) for name, diff in answer.detailedDiff.items()}
    assert found == kinds
    assert list(answer.replaces) == [name for name, kind in kinds.items() if kind.endswith("REPLACE")]


def test_an_ignored_change_is_none(provider: Callable[..., SimulatedProvider]) -> None:
    request = provider_pb2.DiffRequest(
        urn=VPC, old_inputs=to_struct({"tags": {}}), news=to_struct({"tags": {"a": "b"}}), ignoreChanges=["tags.a"]
    )

    assert provider().Diff(request, Context()).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_an_update_keeps_what_was_computed_and_raises_what_grows(provider: Callable[..., SimulatedProvider]) -> None:
    served = provider()
    made = create(served, TEMPLATE, {"name": "web"})
    before = to_python(made.properties)
    request = provider_pb2.UpdateRequest(id=made.id, urn=TEMPLATE, news=to_struct({"name": "web", "tags": {"a": "b"}}))

    request.preview = True
    planned = to_python(served.Update(request, Context()).properties)
    request.preview = False
    after = to_python(served.Update(request, Context()).properties)

    assert planned["latestVersion"] == UNKNOWN
    assert planned["arn"] == after["arn"] == before["arn"]
    assert after["latestVersion"] == before["latestVersion"] + 1
    assert after["tagsAll"] == {"a": "b"}


def test_a_read_finds_what_the_answers_tell_and_nothing_else(provider: Callable[..., SimulatedProvider]) -> None:
    known = {"type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "properties": {"cidrBlock": "10.9.0.0/16", "arn": "arn:1"}}
    served = provider({"resources": [known]})

    found = served.Read(provider_pb2.ReadRequest(urn=VPC, id="vpc-1"), Context())
    missing = served.Read(provider_pb2.ReadRequest(urn=VPC, id="vpc-2"), Context())

    assert to_python(found.properties) == known["properties"]
    assert to_python(found.inputs) == {"cidrBlock": "10.9.0.0/16"}
    assert missing.id == ""


def test_a_function_gives_its_first_fitting_answer_and_without_one_an_error_that_names_it(
    provider: Callable[..., SimulatedProvider],
) -> None:
    function = "aws:ec2/getAmi:getAmi"
    answers = [
        {"token": function, "args": {"owners": ["me"]}, "result": {"id": "ami-mine"}},
        {"token": function, "result": {"id": "ami-any"}},
    ]
    served = provider({"invokes": answers})

    def call(name: str, **arguments: Any) -> Any:
        return served.Invoke(provider_pb2.InvokeRequest(tok=name, args=to_struct(arguments)), Context())

    assert to_python(getattr(call(function, owners=["me"]), "return")) == {"id": "ami-mine"}
    assert to_python(getattr(call(function, owners=["you"]), "return")) == {"id": "ami-any"}
    reasons = [failure.reason for failure in call("aws:route53/getZone:getZone").failures]
    assert len(reasons) == 1
    assert "aws:route53/getZone:getZone has no answer in this simulation" in reasons[0]


def test_the_region_of_the_provider_is_the_region_of_what_it_makes(provider: Callable[..., SimulatedProvider]) -> None:
    served = provider()
    tags = '{"tags": {"owner": "us", "team": "us"}}'
    arguments = to_struct({"region": "eu-west-1", "defaultTags": tags})
    served.Configure(provider_pb2.ConfigureRequest(args=arguments), Context())

    properties = to_python(create(served, VPC, {**RANGE, "tags": {"team": "me"}}).properties)

    assert properties["region"] == "eu-west-1"
    assert ":eu-west-1:" in properties["arn"]
    assert properties["tagsAll"] == {"owner": "us", "team": "me"}


def test_it_says_that_it_is_simulated(provider: Callable[..., SimulatedProvider]) -> None:
    assert "Simulated" in provider().GetSchema(provider_pb2.GetSchemaRequest(), Context()).schema


def test_a_certificate_asks_for_one_proof_of_each_domain(provider: Callable[..., SimulatedProvider]) -> None:
    urn = "urn:pulumi:dev::shop::aws:acm/certificate:Certificate::certificate"
    inputs = {"domainName": "a.example", "subjectAlternativeNames": ["b.example", "a.example"]}
    asked = to_python(create(provider(), urn, inputs).properties)["domainValidationOptions"]
    assert [proof["domainName"] for proof in asked] == ["a.example", "b.example"]
    assert len({proof["resourceRecordName"] for proof in asked}) == 2
    assert all(proof["resourceRecordName"].endswith(f".{proof['domainName']}.") for proof in asked)
