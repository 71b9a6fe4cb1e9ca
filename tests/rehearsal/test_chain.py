"""The crash at every creation, on a small program whose resources lie in components and in each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.project import Project
from slipway.rehearsal.chain import Crash, _Chain
from slipway.rehearsal.everywhere import crash_stack_everywhere
from slipway.rehearsal.order import Order
from slipway.simulated.faults import Faults, write_faults

SHOP = Path(__file__).parents[1] / "orphans" / "programs" / "shop"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("new", "die-before"), ("crashed-before", "die-after"), ("crashed-twice", "slow"), ("crashed-[twice]", "slow")],
)
def test_whatever_is_made_first_crashes_before_it_was_made_and_then_after(tmp_path: Path, name: str, kind: str) -> None:
    chain = _Chain(tmp_path / "crashes.jsonl", lambda _: None)
    for of, kinds in (("before", ["before"]), ("twice", ["before", "after"]), ("[twice]", ["before", "after"])):
        for each in kinds:
            chain.add(Crash(1, each, "aws:sns/topic:Topic", f"crashed-{of}", "rerun"))
    write_faults(tmp_path, chain.faults())

    faults = Faults(tmp_path)
    faults.met("create", "aws:sns/topic:Topic", "crashed-twice")  # made before, once more
    met = faults.met("create", "aws:sns/topic:Topic", name)

    assert met
    assert met.fault.kind == kind


class CutOffError(Exception):
    """The chain itself is cut off."""


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.slow  # a minute; three creations of each shipped stack crash in every run
def test_every_creation_comes_back_and_a_chain_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    order = Order(project=Project.find(SHOP), stack="dev")
    told: list[Crash] = []

    def cut_off(crash: Crash) -> None:
        told.append(crash)
        if (crash.number, crash.kind) == (2, "after"):
            raise CutOffError

    with pytest.raises(CutOffError):
        crash_stack_everywhere(order, tmp_path, cut_off)
    with (tmp_path / "crashes.jsonl").open("a") as kept:
        kept.write('{"number": 3, "ki')
    crashes = crash_stack_everywhere(order, tmp_path, told.append)

    made = {"aws:ec2/vpc:Vpc vpc", "aws:sns/topic:Topic store", "aws:s3/bucket:Bucket store"}
    made |= {"aws:ec2/securityGroup:SecurityGroup store-shelf-group"}
    assert {f"{crash.type} {crash.name}" for crash in told} == made
    assert {(crash.kind, crash.way) for crash in crashes} == {("before", "rerun"), ("after", "imported")}
    assert [(crash.number, crash.kind) for crash in crashes] == [
        (number, kind) for number in range(1, 5) for kind in ("before", "after")
    ]
