"""What the rules on networks say of estates, and of each with one thing less: `python -m tests.policies.network.said`.

One thing less is a resource that is not there, or that the program only reads, or an input that is not known. The
files are for people to read: what changes in them is what readers of findings will see changed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from plan.model import Unknown
from policies.network.model import network_of
from policies.network.reach import forbidden, reach
from slipway.files import write
from tests.policies.network.estate import BY_ID, as_it_is_deployed, as_the_engine_tells, estate, named
from tests.policies.network.roads import roads
from tests.policies.network.wide import NEEDS, PARTS, doubtful, single, wide, with_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.policies.network.estate import Estate

FOLDER: Final = Path(__file__).parent / "said"
ESTATES: Final[dict[str, Callable[[], Estate]]] = {
    "estate": estate,
    "wide": wide,
    "doubtful": doubtful,
    "single": single,
    "roads": roads,
}


class Found(NamedTuple):
    """One finding on an estate."""

    rule: str
    status: str
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.status} {self.name}: {self.message}"


def found(made: Estate) -> list[Found]:
    """Every finding on an estate, in the order of their texts."""
    graph = made.graph()
    verdicts = ((rule, verdict) for rule, each in BY_ID.items() for verdict in each.judge(graph))
    told = (Found(rule, each.status, each.urn.rpartition("::")[2], each.message) for rule, each in verdicts)
    return sorted(told, key=str)


def reached(made: Estate) -> Iterator[str]:
    """Every connection with its path, and what is not proven."""
    network = network_of(made.graph())
    told = reach(network)
    for each in told.connections:
        marks = [*(["forbidden"] if forbidden(network, each) else []), *([] if each.certain else ["not certain"])]
        yield f"{each.source.name} → {each.destination.name}: {', '.join([str(each.traffic), *marks])}"
        yield f"    {' → '.join(each.path)}"
    yield from (f"not proven: {name}: {message}" for name, message in told.unproven)


def whole(made: Estate) -> str:
    """All findings and connections of an estate, as a plan and as the policy host sees it."""
    parts = {
        "findings": found(made),
        "in the preview": found(as_the_engine_tells(made)),
        "once it is deployed": found(as_it_is_deployed(named(made))),
        "reach": reached(made),
    }
    return "\n".join(line for name, lines in parts.items() for line in _under(name, lines)) + "\n"


def less(make: Callable[[], Estate], name: str) -> list[str]:
    """What changes in the findings of an estate when a resource or one of its inputs is not there or not known."""
    before = _before(make)
    lines = []
    for what, made in _with_less(make, name):
        after = _short(made)
        gone = [f"- {each}" for each in sorted(before - set(after))]
        lines += _under(what, [*gone, *(f"+ {each}: {after[each]}" for each in sorted(set(after) - before))])
    return lines


@cache
def _before(make: Callable[[], Estate]) -> frozenset[str]:
    return frozenset(_short(make()))


def _short(made: Estate) -> dict[str, str]:
    """For each rule and status the resources, and what is said of the first."""
    named: dict[str, list[str]] = {}
    said: dict[str, str] = {}
    for each in found(made):
        key = f"{each.rule}: {each.status}"
        named.setdefault(key, []).append(each.name)
        said.setdefault(key, each.message)
    return {f"{key} {', '.join(dict.fromkeys(names))}": said[key] for key, names in named.items()}


def _with_less(make: Callable[[], Estate], name: str) -> Iterator[tuple[str, Estate]]:
    yield f"without {name}", make().drop(name)
    yield f"{name} is only read", make().read(name)
    for key in make().resources[name].inputs:
        made = make()
        old = made.resources[name]
        made.resources[name] = replace(old, inputs={**old.inputs, key: Unknown()})
        yield f"{key} of {name} is unknown", made


def _under(name: str, lines: Iterable[object]) -> list[str]:
    return [f"{name}:", *(f"  {line}" for line in lines)]


def rooms() -> Iterator[tuple[str, Callable[[], Estate], str]]:
    """Each resource of the estate and of each of its additions: the addition, the smallest estate with it, its name."""
    own = set(estate().resources)
    yield from (("estate", estate, name) for name in sorted(own))
    for part in PARTS:
        needed = NEEDS.get(part, ())
        make = partial(with_parts, *needed, part)
        names = set(with_parts(*needed, part).resources) - set(with_parts(*needed).resources)
        yield from ((part, make, name) for name in sorted(names))


@cache
def written(part: str) -> dict[str, list[str]]:
    """What is written down of an addition, by the name of the resource."""
    blocks: dict[str, list[str]] = {}
    for line in file_of(part).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            block = blocks.setdefault(line[2:], [])
        else:
            block.append(line)
    return blocks


def file_of(part: str) -> Path:
    """Where it is written down."""
    return FOLDER / f"{part.replace(' ', '-')}.txt"


def main() -> None:
    """Write the files anew, and remove those that nothing is said in any more."""
    texts = {f"whole {name}": whole(make()) for name, make in ESTATES.items()}
    for part, make, name in rooms():
        texts[part] = "\n".join([texts.get(part, "") + f"# {name}", *less(make, name)]) + "\n"
    for part, text in texts.items():
        write(file_of(part), text)
    for file in {*FOLDER.iterdir()} - {*map(file_of, texts)}:
        file.unlink()


if __name__ == "__main__":
    main()
