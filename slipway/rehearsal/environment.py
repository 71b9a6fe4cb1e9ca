"""The Python environment of an older revision: its own packages from its own tree, the rest from its own lock.

Where the lock is the same as this tree's, the packages of this tree's environment serve. They are shared without its
`.pth` files: an editable install there leads to this tree, and here it must lead to the older one.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.errors import ProgramError
from slipway.files import write
from slipway.rehearsal.installing import installed
from slipway.yaml_files import read_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.project import Project

# Where a project says what it needs, the most exact first.
_LOCKS = ("uv.lock", "requirements.txt", "pyproject.toml")
_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ =]?\s*(\S+)")
_ASK_SECONDS = 60
_ASK = """
import json, site, sys
folders = site.getsitepackages() + ([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])
print(json.dumps([sys._base_executable, list(sys.version_info[:2]), folders]))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter outside any environment, its version, and the folders of an environment's packages."""

    program: Path
    version: tuple[int, int]
    packages: tuple[Path, ...]


def give_environment(older: Path, project: Project, root: Path, tree: Path) -> str:
    """Make the environment of the project in `older`, a folder of the exported `tree`; in words, where it is from.

    `project` is the same in this tree, whose repository is `root`. An environment that the revision itself brings is
    left as it is. Raises `ProgramError` where its packages cannot be installed.
    """
    place = _place(older)
    if (place / "bin" / "python").exists():
        return "the environment that the revision names"
    ours = _ask(project.python)
    lock = lock_of(older)
    if lock == lock_of(project.directory):
        make_environment(place, ours, [*_shared(ours.packages, root, tree), tree])
        return "this tree's packages: the lock is the same"
    made = installed(older, _LOCKS, lock, ours.program)
    packages = _ask(made / "bin" / "python").packages
    make_environment(place, ours, [*packages, *_own_folders(ours.packages, root, tree), tree])
    return f"packages of its own lock, in {made}"


def lock_of(project: Path) -> bytes:
    """All that says which packages a project needs: its lock, with the files that it includes."""
    lock = next((project / name for name in _LOCKS if (project / name).is_file()), None)
    if lock is None:
        return b""
    return b"".join(file.read_bytes() for file in _with_includes(lock, set()))


def make_environment(folder: Path, python: Python, paths: Sequence[Path]) -> None:
    """A virtual environment without packages of its own, which finds those in `paths`, in order."""
    major, minor = python.version
    packages = folder / "lib" / f"python{major}.{minor}" / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    write(packages / "revision.pth", "".join(f"{path}\n" for path in dict.fromkeys(paths)))
    text = f"home = {python.program.parent}\ninclude-system-site-packages = false\nversion = {major}.{minor}\n"
    write(folder / "pyvenv.cfg", text)
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name in ("python", "python3", f"python{major}.{minor}"):
        (programs / name).symlink_to(python.program)


def _place(project: Path) -> Path:
    """Where the project's environment is expected: the folder that `Pulumi.yaml` names."""
    file = next(project / name for name in ("Pulumi.yaml", "Pulumi.yml") if (project / name).is_file())
    runtime = read_mapping(file).get("runtime")
    options = runtime.get("options") if isinstance(runtime, dict) else None
    named = options.get("virtualenv") if isinstance(options, dict) else None
    return project / str(named or ".venv")


def _ask(python: Path) -> Python:
    try:
        asked = subprocess.run([python, "-c", _ASK], capture_output=True, check=True, text=True, timeout=_ASK_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise ProgramError(f"{python}: the project's Python does not run: {error}") from error
    program, (major, minor), folders = json.loads(asked.stdout)
    return Python(Path(program).resolve(), (major, minor), tuple(Path(folder) for folder in folders))


def _shared(packages: Sequence[Path], root: Path, tree: Path) -> list[Path]:
    """The folders of packages, and those that their `.pth` files name: what lies in `root` is that of `tree`."""
    named = [path for folder in packages for path in _named(folder)]
    inside = {path: tree / path.relative_to(root) for path in named if path.is_relative_to(root)}
    return [*packages, *(inside.get(path, path) for path in named)]


def _own_folders(packages: Sequence[Path], root: Path, tree: Path) -> list[Path]:
    """The folders of the tree itself that an environment finds: an editable install's, in the older tree."""
    return [path for path in _shared(packages, root, tree) if path.is_relative_to(tree)]


def _named(packages: Path) -> Iterator[Path]:
    for file in sorted(packages.glob("*.pth")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            path = packages / line.strip()
            if line.strip() and not line.startswith(("#", "import ", "import\t")) and path.is_dir():
                yield path.resolve()


def _with_includes(file: Path, seen: set[Path]) -> Iterator[Path]:
    if file in seen or not file.is_file():
        return
    seen.add(file)
    yield file
    if file.suffix == ".txt":
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if included := _INCLUDE.match(line.strip()):
                yield from _with_includes((file.parent / included[1]).resolve(), seen)
