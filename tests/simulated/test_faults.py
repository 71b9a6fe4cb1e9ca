"""Faults are met by the operations that they name, and counted once however many ask at once."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from slipway.simulated import faulty
from slipway.simulated.faults import Fault, Faults, write_faults
from slipway.simulated.faulty import FaultyProvider
from slipway.simulated.inventory import inventory
from slipway.simulated.sdk import Sdk
from slipway.simulated.structs import to_python, to_struct

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

ROOT = Path(__file__).parents[2]
VPC_TYPE = "aws:ec2/vpc:Vpc"
VPC = f"urn:pulumi:dev::shop::shop:index:Shelf${VPC_TYPE}::vpc"


@dataclass
class RefusedError(Exception):
    code: grpc.StatusCode
    message: str


@dataclass
class Context:
    metadata: list[tuple[str, bytes]] = field(default_factory=list)

    def set_trailing_metadata(self, metadata: tuple[tuple[str, bytes], ...]) -> None:
        self.metadata.extend(metadata)

    def abort(self, code: grpc.StatusCode, message: str) -> NoReturn:
        raise RefusedError(code, message)


def provider(cloud: Path, package: str = "aws") -> FaultyProvider:
    found = importlib.util.find_spec(f"pulumi_{package}")
    assert found is not None
    assert found.origin is not None
    return FaultyProvider(Sdk(package, "1.0.0", Path(found.origin).parent), cloud, {}, autoname=True)


def create(served: FaultyProvider, urn: str = VPC, context: Context | None = None, *, preview: bool = False) -> Any:
    request = provider_pb2.CreateRequest(urn=urn, properties=to_struct({"cidrBlock": "10.0.0.0/16"}), preview=preview)
    return served.Create(request, context or Context())


def results(cloud: Path, calls: int, urn: str = VPC) -> list[bool]:
    """Which of some creations succeed."""
    succeeded = []
    for _ in range(calls):
        try:
            create(provider(cloud), urn)
        except RefusedError:
            succeeded.append(False)
        else:
            succeeded.append(True)
    return succeeded


@pytest.mark.parametrize(
    ("nth", "times", "expected"),
    [
        (1, 1, [False, True, True, True]),
        (2, 2, [True, False, False, True]),
        (3, 0, [True, True, False, False]),
        (9, 1, [True, True, True, True]),
    ],
)
def test_a_fault_is_met_from_the_nth_operation_on_and_as_often_as_it_says(
    tmp_path: Path, nth: int, times: int, expected: list[bool]
) -> None:
    write_faults(tmp_path, [Fault(kind="fail", nth=nth, times=times)])

    assert results(tmp_path, 4) == expected


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ({"type": VPC_TYPE}, True),
        ({"type": "aws:ec2/*"}, True),
        ({"type": "aws:ec2/subnet:*"}, False),
        ({"name": "v*"}, True),
        ({"name": "V*"}, False),
        ({"operation": "delete"}, False),
        ({"operation": "update"}, False),
    ],
)
def test_only_what_fits_type_name_and_operation_meets_a_fault_and_counts(
    tmp_path: Path, *, wanted: dict[str, Any], met: bool
) -> None:
    write_faults(tmp_path, [Fault(kind="fail", nth=2, **wanted)])

    assert results(tmp_path, 2) == [True, not met]


def test_each_fault_counts_what_fits_it_whichever_is_met(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="fail", nth=1), Fault(kind="fail", nth=2, message="the second")])

    assert results(tmp_path, 3) == [False, False, True]


def test_faults_that_are_written_anew_are_counted_anew_and_none_are_forgotten(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="fail")])
    first = results(tmp_path, 2)
    write_faults(tmp_path, [Fault(kind="fail")])
    second = results(tmp_path, 2)
    write_faults(tmp_path, [Fault(kind="fail", times=0)])
    write_faults(tmp_path, ())

    assert first == second == [False, True]
    assert results(tmp_path, 1) == [True]
    assert {file.name for file in tmp_path.iterdir()} == {"aws", ".faults"}
    assert not list((tmp_path / ".faults").iterdir())


def test_previews_neither_fail_nor_count(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="fail"), Fault(kind="fail", operation="update")])
    served = provider(tmp_path)
    create(served, preview=True)
    made = to_python(create(served, preview=True).properties)

    assert made["cidrBlock"] == "10.0.0.0/16"
    assert results(tmp_path, 1) == [False]


def test_of_those_that_count_at_the_same_moment_one_is_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_faults(tmp_path, [Fault(kind="fail")])
    together, counted, real = threading.Barrier(4), threading.local(), os.open

    def when_all_have_counted(*arguments: Any) -> int:
        if not hasattr(counted, "once"):
            counted.once = True
            together.wait(timeout=60)
        return real(*arguments)

    monkeypatch.setattr("slipway.simulated.faults.os.open", when_all_have_counted)
    with futures.ThreadPoolExecutor(4) as pool:
        met = list(pool.map(lambda _: Faults(tmp_path).met("create", "a:b:C", "d"), range(4)))

    assert sum(each is not None for each in met) == 1


def test_one_operation_of_many_processes_is_the_nth_and_a_killed_one_is_counted(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="fail", nth=3)])
    code = (
        "import os, sys, pathlib\nfrom slipway.simulated.faults import Faults\n"
        "met = Faults(pathlib.Path(sys.argv[1])).met('create', 'a:b:C', 'd')\n"
        "os._exit(0) if met is None else os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    ended = [subprocess.Popen(command, cwd=ROOT) for _ in range(5)]

    assert sorted(process.wait() for process in ended) == [-9, 0, 0, 0, 0]
    assert Faults(tmp_path).met("create", "a:b:C", "d") is None


def test_the_message_of_a_fault_is_what_the_provider_says(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="fail", message="InsufficientInstanceCapacity"), Fault(kind="fail", nth=2)])

    with pytest.raises(RefusedError, match=r"^.*InsufficientInstanceCapacity"):
        create(provider(tmp_path))
    with pytest.raises(RefusedError, match="simulated failure of create"):
        create(provider(tmp_path))


@pytest.mark.parametrize(("times", "passes"), [(1, True), (3, True), (4, False), (0, False)])
def test_throttling_is_tried_again_three_times_inside_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, times: int, passes: bool
) -> None:
    monkeypatch.setattr(faulty, "_FIRST_WAIT_SECONDS", 0)
    write_faults(tmp_path, [Fault(kind="throttle", times=times)])

    if passes:
        assert create(provider(tmp_path)).id.startswith("vpc-")
    else:
        with pytest.raises(RefusedError, match=r"ThrottlingException: Rate exceeded"):
            create(provider(tmp_path))
    assert len(inventory(tmp_path)) == passes


@pytest.mark.parametrize("kind", ["slow", "hang"])
def test_what_waits_ends_when_the_engine_cancels_and_changes_nothing(tmp_path: Path, kind: str) -> None:
    write_faults(tmp_path, [Fault(kind=kind, seconds=600)])
    served = provider(tmp_path)
    with futures.ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(create, served)
        served.Cancel(None, None)
        with pytest.raises(RefusedError, match="create was cancelled"):
            hanging.result(timeout=60)

    assert inventory(tmp_path) == ()


def test_a_slow_operation_works(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="slow", seconds=0.001)])

    assert results(tmp_path, 1) == [True]


@pytest.mark.parametrize(("kind", "objects"), [("die-before", 0), ("die-after", 1)])
def test_a_provider_dies_before_or_after_its_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, objects: int
) -> None:
    def end(code: int) -> NoReturn:
        raise SystemExit(code)

    monkeypatch.setattr("os._exit", end)
    write_faults(tmp_path, [Fault(kind=kind)])

    with pytest.raises(SystemExit):
        create(provider(tmp_path))
    assert len(inventory(tmp_path)) == objects


def test_an_unhealthy_object_is_there_and_the_error_tells_which_and_why(tmp_path: Path) -> None:
    write_faults(tmp_path, [Fault(kind="unhealthy", message="no target is healthy")])
    context = Context()

    with pytest.raises(RefusedError, match="no target is healthy"):
        create(provider(tmp_path), context=context)
    (made,) = inventory(tmp_path)
    ((key, value),) = context.metadata
    told = provider_pb2.ErrorResourceInitFailed()
    status_pb2.Status.FromString(value).details[0].Unpack(told)

    assert key == "grpc-status-details-bin"
    assert (told.id, list(told.reasons)) == (made.id, ["no target is healthy"])
    assert to_python(told.inputs) == made.inputs
    assert to_python(told.properties) == made.properties


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ({"cidrBlock": "a"}, {"cidrBlock": "a"}, "cidrBlock"),
        ({"tags": {}}, {"tags": {"a": "b"}}, "tags"),
        ({}, {}, "id"),
    ],
)
def test_a_provider_may_demand_a_replacement_of_what_did_not_change(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], named: str
) -> None:
    write_faults(tmp_path, [Fault(kind="replace", operation="diff")])
    request = provider_pb2.DiffRequest(urn=VPC, old_inputs=to_struct(old), news=to_struct(new))
    answer = provider(tmp_path).Diff(request, Context())

    assert list(answer.replaces) == [named]
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert answer.detailedDiff[named].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


@pytest.mark.parametrize("operation", ["read", "update", "delete", "diff", "invoke"])
def test_every_operation_can_fail(tmp_path: Path, operation: str) -> None:
    served = provider(tmp_path)
    made = create(served)
    write_faults(tmp_path, [Fault(kind="fail", operation=operation, name="getAmi" if operation == "invoke" else "vpc")])
    calls: dict[str, Callable[[], Any]] = {
        "read": lambda: served.Read(provider_pb2.ReadRequest(urn=VPC, id=made.id), Context()),
        "update": lambda: served.Update(provider_pb2.UpdateRequest(urn=VPC, id=made.id), Context()),
        "delete": lambda: served.Delete(provider_pb2.DeleteRequest(urn=VPC, id=made.id), Context()),
        "diff": lambda: served.Diff(provider_pb2.DiffRequest(urn=VPC, id=made.id), Context()),
        "invoke": lambda: served.Invoke(provider_pb2.InvokeRequest(tok="aws:ec2/getAmi:getAmi"), Context()),
    }

    with pytest.raises(RefusedError, match=f"simulated failure of {operation}"):
        calls[operation]()
    assert len(inventory(tmp_path)) == 1
    calls[operation]()
