"""The inventory is all that lives in a cloud, and nothing else that lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.faults import Fault, Faults, write_faults
from slipway.simulated.inventory import inventory
from slipway.simulated.store import Object, Store

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_every_object_of_every_package_by_type_and_id(tmp_path: Path) -> None:
    first = Object("aws:ec2/subnet:Subnet", "subnet-9", "urn", {"a": 1}, {"b": 2})
    second = Object("aws:ec2/vpc:Vpc", "vpc-1", "urn", {}, {})
    third = Object("aws:ec2/vpc:Vpc", "vpc-2", "urn", {}, {})
    pet = Object("random:index/randomPet:RandomPet", "dear-goat", "urn", {}, {"a": 1})
    for thing in (third, first, second):
        Store(tmp_path / "aws").create(thing)
    Store(tmp_path / "random").create(pet)
    write_faults(tmp_path, [Fault(kind="fail", nth=9)])
    Faults(tmp_path).met("create", "a:b:C", "d")
    Store(tmp_path / "aws").schedule(Object("aws:kms/key:Key", "key", "urn", {}, {}))

    assert inventory(tmp_path) == (first, second, third, pet)
    assert (tmp_path / "faults.json").exists()


def test_where_there_is_no_cloud_nothing_is(tmp_path: Path) -> None:
    assert inventory(tmp_path / "nowhere") == ()
