"""What was measured, kept between runs: a run that is cut off goes on, and what nothing has changed for stays."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from slipway.files import write
from tools.rule_mutation.mutants import Mutant, compared_texts, mutants_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Status = Literal["killed", "timed out", "survived", "unreached"]
STATUSES: Final[tuple[Status, ...]] = ("killed", "timed out", "survived", "unreached")
_MAKER: Final = Path(__file__).with_name("mutants.py")
CAUGHT: Final[frozenset[Status]] = frozenset({"killed", "timed out"})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: the test that killed it, in a `world` of exactly these rules and tests.

    `seconds` of the processor is what it took to know.
    """

    status: Status
    by: str
    world: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the rules and its mutants. `keys` name the same mutant after changes elsewhere in the module."""

    name: str
    file: Path
    source: str
    mutants: tuple[Mutant, ...]
    keys: tuple[str, ...]


def digest(files: Sequence[Path], root: Path) -> str:
    """One name for the content of all these files, and for mutmut's version."""
    told = hashlib.sha256(version("mutmut").encode())
    for file in sorted(files):
        told.update(f"\0{file.relative_to(root)}\0".encode())
        told.update(file.read_bytes())
    return told.hexdigest()[:20]


class Cache:
    """The folder of what is kept."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder = folder
        self._root = root

    def modules(self, files: Sequence[Path], chosen: Sequence[Path] | None = None) -> list[Module]:
        """The chosen modules, or all, that have mutants, which are made anew for a module that has changed."""
        compared = compared_texts(files)
        maker = digest([_MAKER], _MAKER.parent)
        known = hashlib.sha256(f"{maker} {sorted(compared)}".encode()).hexdigest()[:20]
        made = [self._module(file, compared, known) for file in (files if chosen is None else chosen)]
        return [each for each in made if each.mutants]

    def _module(self, file: Path, compared: frozenset[str], known: str) -> Module:
        name, source = str(file.relative_to(self._root)), file.read_text("utf-8")
        kept = self._folder / "mutants" / _flat(name)
        of = hashlib.sha256(f"{known} {source}".encode()).hexdigest()
        found = self.read(kept, of)
        if found is None:
            found = [asdict(each) for each in mutants_of(source, compared)]
            self.keep(kept, of, found)
        mutants = tuple(Mutant(**each) for each in found)
        return Module(name, file, source, mutants, tuple(_keys(source, mutants)))

    def results(self, module: Module) -> dict[str, Result]:
        """What is known of a module's mutants, of whatever world, by their keys."""
        found = self.read(self._folder / "results" / _flat(module.name), "") or {}
        return {key: Result(**each) for key, each in found.items()}

    def keep_results(self, module: Module, results: dict[str, Result]) -> None:
        """Keep what is known of a module's mutants."""
        told = {key: asdict(results[key]) for key in module.keys if key in results}
        self.keep(self._folder / "results" / _flat(module.name), "", told)

    def read(self, file: Path, of: str) -> Any:  # Any: JSON
        """What was kept in a file, None if that is nothing or of something else."""
        if not file.is_file():
            return None
        kept = json.loads(file.read_text("utf-8"))
        return kept["kept"] if kept["of"] == of else None

    def keep(self, file: Path, of: str, what: Any) -> None:  # Any: JSON
        """Keep what belongs to `of`."""
        write(file, json.dumps({"of": of, "kept": what}, indent=0))

    def file(self, name: str) -> Path:
        """A file of the folder."""
        return self._folder / name


def _flat(name: str) -> str:
    return name.replace("/", ".") + ".json"


def _keys(source: str, mutants: tuple[Mutant, ...]) -> list[str]:
    seen: dict[str, int] = {}
    keys = []
    for each in mutants:
        key = f"{each.function}: {source[each.start : each.end].strip()} -> {each.text.strip()}"
        seen[key] = seen.get(key, 0) + 1
        keys.append(f"{key} #{seen[key]}")
    return keys
