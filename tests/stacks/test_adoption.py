"""What somebody made by hand becomes the stack's own by its id, and a name that fits nothing is not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.errors import ProgramError
from tests.stacks.forms import form
from tests.stacks.project import answered, write

if TYPE_CHECKING:
    from slipway.planning import Planned

VPC, ADDRESS = "vpc-0123456789abcdef0", "eipalloc-0123456789abcdef0"
OWN = {
    "aws:ec2/vpc:Vpc::drops-network-vpc": VPC,
    "aws:ec2/eip:Eip::drops-network-nat-us-east-1a": ADDRESS,
    "aws:rds/instance:Instance::drops-database-postgres": "drops-database-1a2b3c4",
}


def adopting(name: str, **adopt: str) -> Planned:
    content = form("drops", "production", adopt=adopt)
    return answered(write(name, content), resources=answers())


def answers() -> list[dict[str, Any]]:  # Any: answers are any JSON
    """What AWS would tell of them."""
    return [
        {"type": key.rpartition("::")[0], "id": given, "properties": {"tags": {"made-by": "hand"}}}
        for key, given in OWN.items()
    ]


def test_each_resource_that_is_named_is_imported_and_no_other() -> None:
    found = adopting("drops-adopting", **OWN)
    imported = {
        f"{each.type}::{each.name}": each.options.import_id for each in found.plan.resources if each.options.import_id
    }
    assert imported == OWN
    assert {
        f"{each['type']}::{each['name']}": each["importID"]
        for each in found.document["resources"]
        if "importID" in each
    } == OWN, "as `slipway plan --json` prints it"


def test_an_adopted_resource_is_made_with_the_same_inputs_and_kept_as_carefully() -> None:
    own, made = adopting("drops-adopting", **OWN), adopting("drops-making")
    for key in OWN:
        name = key.rpartition("::")[2]
        (adopted,) = [each for each in own.plan.resources if f"{each.type}::{each.name}" == key]
        (created,) = [each for each in made.plan.resources if f"{each.type}::{each.name}" == key]
        assert (adopted.parent.rpartition("::")[2], adopted.protect) == (
            created.parent.rpartition("::")[2],
            created.protect,
        ), name
        assert adopted.inputs.keys() == created.inputs.keys()


def test_nothing_is_imported_where_nothing_is_named() -> None:
    assert [each.urn for each in adopting("drops-making").plan.resources if each.options.import_id] == []


def test_a_name_that_fits_nothing_ends_the_program_with_a_message() -> None:
    wrong = {"aws:ec2/vpc:Vpc::drops-vpc": VPC, "aws:ec2/vpc:Vpc::orders-network-vpc": VPC}
    with pytest.raises(ProgramError) as failed:
        adopting("drops-wrong", **OWN, **wrong)
    assert failed.value.exit_code == 1
    message = str(failed.value)
    assert "slipway:topology.adopt: the stack makes no such resource: " + ", ".join(wrong) in message
    assert "take out what is adopted already" in message
    assert "Traceback" not in message + failed.value.output
