"""The tasks of a topology that runs containers: how large each is, and how many there are."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.machines import PerCent
from config.settings import Settings, refuse, refused_at
from config.values import Flag, Whole

_GIB = 1024  # MiB
# What Fargate has, in GiB, by CPU units: the least, the most, and the step between ("Task CPU and memory").
_ROOM: dict[int, tuple[int, int, int]] = {
    512: (1, 4, 1),
    1024: (2, 8, 1),
    2048: (4, 16, 1),
    4096: (8, 30, 1),
    8192: (16, 60, 4),
    16384: (32, 120, 8),
}
_SMALLEST = (512, 1024, 2048)  # MiB, with 256 CPU units


class TaskGroup(Settings):
    """The tasks of one service, each of which is one container."""

    cpu_units: Literal[256, 512, 1024, 2048, 4096, 8192, 16384] = 512
    """The processor time of each task: 1024 units are one virtual processor."""
    memory_mib: Annotated[Whole, Field(ge=512, le=122_880)] = 1024
    """The memory of each task in MiB, as Fargate has it for these CPU units."""
    min: Annotated[Whole, Field(ge=1, le=100)] = 2
    """The least number of tasks; production needs 2."""
    max: Annotated[Whole, Field(ge=1, le=100)] = 5
    """The greatest number of tasks."""
    cpu: PerCent = 70
    """The average use of processors that scaling keeps near, per cent."""
    memory: PerCent = 80
    """The average use of memory that scaling keeps near, per cent."""
    requests: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    """The requests a minute and task that scaling keeps near, for a public service; none means that they do not
    count."""
    spot: Flag = False
    """Whether tasks above `min` mostly run on spare capacity: a third of the price, and gone at two minutes' notice."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = []
        if self.min > self.max:
            rule = f"min may not be above max, which is {self.max}"
            problems.append(refused_at(("min",), self.min, rule, "lower min or raise max"))
        if self.spot and self.min == self.max:
            rule = f"only tasks above min run on spare capacity, and max is {self.max} too"
            problems.append(refused_at(("spot",), given=True, rule=rule, remedy="raise max, or take spot out"))
        if self.memory_mib not in (room := _room(self.cpu_units)):
            rule = f"with {self.cpu_units} CPU units Fargate has {_said(room)} MiB"
            problems.append(refused_at(("memory_mib",), self.memory_mib, rule, "write one of these"))
        refuse("TaskGroup", problems)
        return self


def _room(cpu_units: int) -> tuple[int, ...]:
    if cpu_units not in _ROOM:
        return _SMALLEST
    least, most, step = _ROOM[cpu_units]
    return tuple(range(least * _GIB, most * _GIB + 1, step * _GIB))


def _said(room: tuple[int, ...]) -> str:
    return f"{', '.join(str(each) for each in room[:3])}{', …, ' + str(room[-1]) if room[3:] else ''}"
