"""What stands in subnets by a document of steps, or by the settings of an environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from policies.network.model import network_of
from tests.policies.network.estate import Estate, estate

if TYPE_CHECKING:
    from plan.model import Value
    from policies.network.zones import Zone

CHAIN, ENVIRONMENT = "aws:sfn/stateMachine:StateMachine", "aws:elasticbeanstalk/environment:Environment"
ADDRESS, SUBNETS = "private-without-public-address", "compute-subnets-private"
ID = "subnet-0abc"


def zones(made: Estate) -> list[Zone]:
    return [each for each in network_of(made.graph()).zones if each.name == "x"]


def subnets(made: Estate) -> list[str]:
    (found,) = zones(made)
    return sorted(each.resource.name for each in found.subnets)


def groups(made: Estate) -> set[str]:
    (found,) = zones(made)
    return {key.rpartition("::")[2] for key in found.groups or ()}


def chain(*networks: Value, made: Estate | None = None, key: str = "AwsvpcConfiguration") -> Estate:
    """A chain of one step for each network, one inside a branch of the one before."""
    states: Value = {}
    for number, network in enumerate(networks):
        step: Value = {"Type": "Task", "Parameters": {"NetworkConfiguration": {key: network}}}
        states = {f"step-{number}": step, "others": {"Type": "Parallel", "Branches": [{"States": states}]}}
    return (made or estate()).add(CHAIN, "x", definition=json.dumps({"States": states}))


def referring(*names: str, network: dict[str, str]) -> Estate:
    """A chain whose text holds a reference to each of these where the network has its name between bars."""
    made = estate()
    found = {name: made.ref(name) for name in names}
    text = json.dumps(network)
    for name, each in found.items():
        text = text.replace(f"|{name}|", each.text or "")
    chain(json.loads(text), made=made)
    references = tuple(reference for each in found.values() for reference in each.references)
    return made.set("x", definition=Unknown(references, str(made.resources["x"].inputs["definition"])))


def test_a_chain_without_tasks_in_a_network_stands_in_none() -> None:
    assert zones(chain()) == []
    assert zones(estate().add(CHAIN, "x", definition=Unknown())) == []
    assert zones(estate().add(CHAIN, "x", definition=Secret())) == []
    assert zones(estate().add(CHAIN, "x")) == []


def test_a_chain_runs_tasks_in_subnets_with_groups_that_its_text_refers_to() -> None:
    made = referring("compute-a", "compute-b", network={"Subnets": "|compute-a|, |compute-b|,"})
    assert subnets(made) == ["compute-a", "compute-b"]
    made = referring("data-a", "app-sg", network={"subnets": "|data-a|", "securityGroups": "|app-sg|"})
    assert (subnets(made), groups(made)) == (["data-a"], {"app-sg"})


def test_every_step_of_a_chain_counts_at_any_depth() -> None:
    said: list[Value] = [{"Subnets": [f"{ID}{each}"], "SecurityGroups": [f"sg-{each}"]} for each in "123"]
    (found,) = zones(chain(*said))
    assert sorted(found.lost) == [f"the subnet {ID}{each} is not in the plan" for each in "123"]
    assert len(found.lost_groups) == 3


def test_a_document_is_read_whole_however_long_it_is() -> None:
    steps = {f"pass-{number}": {"Type": "Pass"} for number in range(30_000)}
    network = {"Run": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "AssignPublicIp": "ENABLED"}}}
    for states in ({**network, **steps}, {**steps, **network}):
        made = estate().add(CHAIN, "x", definition=json.dumps({"States": states}))
        assert made.found(ADDRESS) == {"x": "violation"}


@pytest.mark.parametrize("key", ["AwsvpcConfiguration", "awsvpcConfiguration", "AWSVPCCONFIGURATION"])
def test_the_case_of_a_key_means_nothing(key: str) -> None:
    assert zones(chain({"Subnets": [ID]}, key=key))[0].lost == (f"the subnet {ID} is not in the plan",)


@pytest.mark.parametrize("network", ["$.network", ["subnet-1"], None])
def test_a_network_that_is_no_map_says_nothing(network: Value) -> None:
    assert zones(chain(network)) == []


@pytest.mark.parametrize(
    ("assigned", "status"),
    [
        ({"AssignPublicIp": "ENABLED"}, "violation"),
        ({"assignPublicIp": "enabled"}, "violation"),
        ({"AssignPublicIp": "DISABLED"}, None),
        ({}, None),
        ({"AssignPublicIp.$": "$.public"}, "unproven"),
        ({"AssignPublicIp": "{% $public %}"}, "unproven"),
    ],
    ids=repr,
)
def test_a_task_has_a_public_address_as_its_step_says(assigned: dict[str, str], status: str | None) -> None:
    made = referring("compute-a", network={"Subnets": "|compute-a|", **assigned})
    assert made.found(ADDRESS) == ({"x": status} if status else {})


def test_one_public_step_is_enough_and_one_that_is_not_known_too() -> None:
    def public(*assigned: str) -> object:
        return zones(chain(*({"Subnets": [ID], "AssignPublicIp": each} for each in assigned)))[0].public_v4

    assert public("DISABLED", "ENABLED", "$.later") is True
    assert public("DISABLED", "$.later") == "unknown"
    assert public("DISABLED", "DISABLED") is False


def test_subnets_that_are_chosen_when_a_step_runs_are_not_proven() -> None:
    assert chain({"Subnets.$": "$.subnets"}).found(SUBNETS) == {"x": "unproven"}
    assert chain({"Subnets": [ID]}).found(SUBNETS) == {"x": "unproven"}


def test_a_text_that_is_no_json_stands_in_every_subnet_that_it_refers_to() -> None:
    made = estate()
    chosen = made.ref("public-a")
    text = f'{{"AwsvpcConfiguration": {{"Subnets": [{chosen.text}]}}'
    made.add(CHAIN, "x", definition=Unknown(chosen.references, text))
    assert subnets(made) == ["public-a"]
    assert made.found(SUBNETS) == {"x": "violation"}
    assert zones(made)[0].public_v4 == "unknown"
    made.set("x", definition="[" * 100_000 + "awsvpcConfiguration")
    assert zones(made) == []


def environment(**settings: Value) -> Estate:
    given: list[Value] = [{"namespace": "aws:ec2:vpc", "name": name, "value": each} for name, each in settings.items()]
    return estate().add(ENVIRONMENT, "x", settings=given)


def test_an_environment_stands_where_its_settings_say() -> None:
    assert subnets(environment(Subnets="→ compute-a")) == ["compute-a"]
    assert subnets(environment(subnets="→ data-a", ELBSubnets="→ public-a")) == ["data-a"]
    made = environment(Subnets="→ compute-a", SecurityGroups="→ app-sg")
    assert groups(made) == {"app-sg"}
    assert zones(environment(Subnets=f"{ID}1, {ID}2"))[0].lost == (
        f"the subnet {ID}1 is not in the plan",
        f"the subnet {ID}2 is not in the plan",
    )


def test_several_subnets_in_one_setting_are_each_one() -> None:
    made = estate()
    both = [made.ref("compute-a"), made.ref("public-b")]
    text = Unknown(tuple(each.references[0] for each in both), ",".join(str(each.text) for each in both))
    made.add(ENVIRONMENT, "x", settings=[{"name": "Subnets", "value": text}])
    assert subnets(made) == ["compute-a", "public-b"]


def test_a_setting_that_is_hidden_is_not_proven() -> None:
    made = environment(Subnets=Unknown())
    assert zones(made)[0].lost == ("the subnet is only known after deployment",)
    made = environment(Subnets="→ compute-a", AssociatePublicIpAddress=Unknown())
    assert made.found(ADDRESS) == {"x": "unproven"}


def test_an_environment_that_names_no_subnet_stands_in_the_default_network() -> None:
    for made in (environment(), environment(InstanceType="t4g.small"), estate().add(ENVIRONMENT, "x")):
        assert made.found(SUBNETS) == {"x": "unproven"}
        assert made.found(ADDRESS) == {"x": "unproven"}
        assert zones(made)[0].lost == ("the subnet of the account's default network is not in the plan",)
    assert environment(AssociatePublicIpAddress="true").found(ADDRESS) == {"x": "violation"}


@pytest.mark.parametrize(
    "given", [{"settings": Unknown()}, {"settings": [Unknown()]}, {"templateName": "ours"}], ids=repr
)
def test_settings_that_stand_elsewhere_are_not_in_the_plan(given: dict[str, Value]) -> None:
    made = estate().add(ENVIRONMENT, "x", **given)
    assert zones(made)[0].lost == ("the subnet is only known after deployment",)
