"""What the import file says, and what it refuses, as a pure function of a plan."""

from __future__ import annotations

from plan.model import Plan, Resource, Secret, Value
from slipway.orphans.import_file import Existing, find_urn, import_file

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
STORE = "urn:pulumi:dev::shop::shop:index:Store::store"
SHELF = "urn:pulumi:dev::shop::shop:index:Store$shop:index:Shelf::shelf"
CLOUD = "urn:pulumi:dev::shop::pulumi:providers:aws::east"
TOPIC = "urn:pulumi:dev::shop::shop:index:Store$aws:sns/topic:Topic::store"
GROUP = "urn:pulumi:dev::shop::shop:index:Store$shop:index:Shelf$aws:ec2/securityGroup:SecurityGroup::group"
VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"
POLICY = f"{TOPIC.removesuffix('::store')}$aws:sns/topicPolicy:TopicPolicy::policy"
ENGINES_OWN = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_51_1::04da6b54"


def resource(urn: str, parent: str = STACK, provider: str = "", **inputs: Value) -> Resource:
    kind = urn.split("::")[2].rpartition("$")[2]
    custom = not kind.startswith(("shop:", "pulumi:pulumi"))
    return Resource(urn, kind, urn.rpartition("::")[2], custom, parent, inputs, provider=provider)


def plan(*, cloud: Value = "us-east-1", provider: str = f"{CLOUD}::unknown") -> Plan:
    resources = (
        resource(STACK, ""),
        resource(STORE),
        resource(SHELF, STORE),
        resource(CLOUD, region=cloud, version="7.51.1", __internal={}),
        resource(TOPIC, STORE, provider),
        resource(POLICY, TOPIC, provider),
        resource(GROUP, SHELF, provider),
        resource(VPC, STACK, provider),
    )
    return Plan("shop", "dev", resources)


def test_a_resource_lies_in_what_is_recorded_and_has_the_programs_provider() -> None:
    made = import_file([Existing(GROUP, "sg-1")], plan(), {STORE: "", SHELF: "", CLOUD: "some-id"})

    assert made.document == {
        "nameTable": {"east": CLOUD, "shelf": SHELF, "store-Store": STORE},
        "resources": [
            {
                "type": "aws:ec2/securityGroup:SecurityGroup",
                "name": "group",
                "logicalName": "group",
                "id": "sg-1",
                "parent": "shelf",
                "provider": "east",
            }
        ],
    }
    assert made.taken == (Existing(GROUP, "sg-1"),)


def test_components_and_providers_that_are_not_recorded_are_made_outermost_first() -> None:
    made = import_file([Existing(GROUP, "sg-1")], plan(), {})

    assert made.document["nameTable"] == {}
    assert made.document["resources"][:3] == [
        {"type": "shop:index:Store", "name": "store-Store", "logicalName": "store", "component": True},
        {
            "type": "shop:index:Shelf",
            "name": "shelf",
            "logicalName": "shelf",
            "component": True,
            "parent": "store-Store",
        },
        {
            "type": "pulumi:providers:aws",
            "name": "east",
            "logicalName": "east",
            "inputs": {"region": "us-east-1", "version": "7.51.1"},
            "version": "7.51.1",
        },
    ]


def test_what_two_resources_need_is_made_once() -> None:
    made = import_file([Existing(GROUP, "sg-1"), Existing(TOPIC, "arn:1")], plan(), {})
    urns = [(each["type"], each["logicalName"]) for each in made.document["resources"]]

    assert len(urns) == len(set(urns)) == 5


def test_logical_names_that_types_share_are_told_apart() -> None:
    made = import_file([Existing(TOPIC, "arn:1")], plan(), {})
    names = [each["name"] for each in made.document["resources"]]

    assert names == ["store-Store", "east", "store-Topic"]
    assert [each["logicalName"] for each in made.document["resources"]] == ["store", "east", "store"]


def test_a_provider_of_the_engines_own_is_named_by_its_version() -> None:
    made = import_file([Existing(VPC, "vpc-1")], plan(provider=ENGINES_OWN), {})

    assert made.document["resources"] == [
        {"type": "aws:ec2/vpc:Vpc", "name": "vpc", "logicalName": "vpc", "id": "vpc-1", "version": "7.51.1"}
    ]


def test_a_child_of_a_resource_is_imported_with_it_or_not_at_all() -> None:
    alone = import_file([Existing(POLICY, "arn:1")], plan(), {STORE: "", CLOUD: "id"})
    both = import_file([Existing(POLICY, "arn:1"), Existing(TOPIC, "arn:1")], plan(), {STORE: "", CLOUD: "id"})

    assert "its parent store is neither recorded nor taken over" in alone.refused[0].reason
    assert both.refused == ()
    assert [each["name"] for each in both.document["resources"]] == ["store-Topic", "policy"]


def test_nothing_is_imported_over_what_the_state_records() -> None:
    made = import_file([Existing(VPC, "vpc-1")], plan(), {VPC: "vpc-2", CLOUD: "id"})

    assert made.document["resources"] == []
    assert "the state records another one in its place, vpc-2: delete" in made.refused[0].reason


def test_of_two_for_one_place_only_the_first_is_imported() -> None:
    made = import_file([Existing(VPC, "vpc-2"), Existing(VPC, "vpc-1")], plan(), {CLOUD: "id"})

    assert made.taken == (Existing(VPC, "vpc-1"),)
    assert "taken over already in its place, vpc-1" in made.refused[0].reason


def test_what_the_program_does_not_make_is_left_to_be_deleted() -> None:
    gone = f"{VPC}-of-old"
    made = import_file([Existing(gone, "vpc-1"), Existing(STORE, "x")], plan(), {})

    assert {each.existing.urn for each in made.refused} == {gone, STORE}
    assert all("the program makes no such resource" in each.reason for each in made.refused)


def test_a_provider_with_secret_settings_has_to_be_there_first() -> None:
    made = import_file([Existing(VPC, "vpc-1")], plan(cloud=Secret()), {})
    recorded = import_file([Existing(VPC, "vpc-1")], plan(cloud=Secret()), {CLOUD: "id"})

    assert f"pulumi up --target '{CLOUD}'" in made.refused[0].reason
    assert made.document["resources"] == []
    assert recorded.refused == ()


def test_a_place_is_found_by_type_and_logical_name() -> None:
    assert find_urn(plan(), "aws:sns/topic:Topic", "store") == TOPIC
    assert find_urn(plan(), "aws:sns/topic:Topic", "shelf") is None
