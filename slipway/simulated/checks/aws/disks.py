"""How fast a disk may be, by its type and size: of disks by themselves and of those that machines come with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Speed(NamedTuple):
    """Operations in a second: the least and the most that may be asked for, and how many for each GiB."""

    least: int
    most: int
    per_size: int


_SPEEDS = {"gp3": _Speed(3000, 80000, 500), "io1": _Speed(100, 64000, 50), "io2": _Speed(100, 256000, 1000)}
MUST_SAY = ("io1", "io2")  # types that have no usual speed
SHARED = ("io1", "io2")  # types that several machines may have at once
# What only some types take.
TAKEN_BY = {"iops": tuple(_SPEEDS), "throughput": ("gp3",)}
_FREE = 3000  # operations that every gp3 disk has, whatever its size
_LEAST_THROUGHPUT, _PER_OPERATION = 125, 0.25  # MiB/s


def check_speed(kind: str, disk: Mapping[str, Any]) -> None:
    """Raise `ApiError` for a disk that is asked to be faster or slower than its type allows."""
    speed, size = _SPEEDS.get(kind), int(disk.get("size") or disk.get("volumeSize") or 0)
    if speed is None:
        return
    wanted = int(disk.get("iops") or 0)
    if wanted and not speed.least <= wanted <= speed.most:
        word, bound = (
            ("low", f"minimum is {speed.least}") if wanted < speed.least else ("high", f"maximum is {speed.most}")
        )
        raise ApiError(f"InvalidParameterValue: Volume iops of {wanted} is too {word}; {bound}.")
    if size and wanted > max(size * speed.per_size, _FREE if kind == "gp3" else 0):
        raise ApiError(
            f"InvalidParameterValue: Iops to volume size ratio of {wanted / size:.6f} is too high; maximum is "
            f"{speed.per_size}."
        )
    throughput = int(disk.get("throughput") or 0)
    if throughput > max(_LEAST_THROUGHPUT, (wanted or _FREE) * _PER_OPERATION):
        raise ApiError(
            f"InvalidParameterValue: Throughput (MiBps) to iops ratio of {throughput / (wanted or _FREE):.6f} is too "
            f"high; maximum is {_PER_OPERATION:.6f} MiBps per iops."
        )


def check_of_machine(name: str, disk: Mapping[str, Any]) -> None:
    """The same for a disk of a machine, whose provider says what its type does not take. `name` is the input's."""
    kind = str(disk.get("volumeType") or "")
    for each, types in TAKEN_BY.items():
        if kind and disk.get(each) and kind not in types:
            raise ApiError(f"{each} attribute not supported for {name} with volume_type {kind}")
    check_speed(kind, disk)


def check_of_template(disk: Mapping[str, Any]) -> None:
    """The same for a disk of a template, which is judged when machines are made from it."""
    kind = str(disk.get("volumeType") or "")
    for each, types in TAKEN_BY.items():
        if kind and disk.get(each) and kind not in types:
            raise ApiError(
                "ValidationError: You must use a valid fully-formed launch template. The parameter "
                f"{each} is not supported for {kind} volumes."
            )
    if kind in MUST_SAY and not disk.get("iops"):
        raise ApiError(
            "ValidationError: You must use a valid fully-formed launch template. The parameter iops must be specified "
            f"for {kind} volumes."
        )
