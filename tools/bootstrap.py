"""Make `.venv` hold exactly what the lock files say: the long way of `tools/bootstrap`.

Python's standard library only, because nothing else is there yet. A `.venv` is valid when it has the stamp of the
set, which is removed before anything changes and written last; whatever has no stamp is built anew.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
CACHE = Path(os.environ.get("SLIPWAY_CACHE") or ROOT / ".cache").absolute()
# Part of the stamp: the scripts of a virtual environment name their interpreter by its full path.
PLACE = f"{ROOT}\n".encode()
SETS = ("runtime", "dev")  # each holds the one before it
HELP = """\
runtime  what `make plan` needs
dev      the same, and what `make test` and `make lint` need (the default)
lock     writes requirements/*.txt anew from pyproject.toml; what is locked stays unless --upgrade is given

A .venv that is not from here, or whose making was interrupted, is removed and made anew; one from here is brought up
to date. Once `dev` is installed it stays. A folder .venv that is no virtual environment is left alone, with an error.

PYTHON=...         the Python to build with, at least 3.11 (default: the first that fits on PATH)
SLIPWAY_CACHE=...  where uv is kept (default: .cache in this folder)
A package index other than the default is set as usual: PIP_INDEX_URL or pip.conf, and UV_DEFAULT_INDEX or uv.toml.
"""


class BootstrapError(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def main() -> None:
    """Bring `.venv`, or with `lock` the lock files, up to date; exit 1 with a message when that fails."""
    parser = argparse.ArgumentParser(
        prog="tools/bootstrap",
        description="Make .venv hold exactly what the lock files say.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", default="dev", choices=[*SETS, "lock"], help="see below")
    parser.add_argument("--upgrade", action="store_true", help="with `lock`: take the newest versions allowed")
    args = parser.parse_args()
    try:
        with only_one():
            if args.what == "lock":
                lock(upgrade=args.upgrade)
            elif not is_ready(args.what):
                install(args.what)
    except (BootstrapError, OSError) as error:
        sys.exit(f"tools/bootstrap: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up run at a time; the system frees the lock when its holder dies."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "bootstrap.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_ready(what: str) -> bool:
    """Tell whether `.venv` is what `expected` says, and of the Python that was asked for."""
    python = VENV / "bin" / "python"
    if not python.exists() or (os.environ.get("PYTHON") and not python.samefile(base_python())):
        return False
    stamp = stamp_of(what)
    return stamp.is_file() and stamp.read_bytes() == expected(what)


def expected(what: str) -> bytes:
    """All that `.venv` depends on; `tools/bootstrap` compares the same text."""
    return PLACE + (ROOT / "pyproject.toml").read_bytes() + lock_of(what).read_bytes()


def is_made_here(stamp: Path) -> bool:
    """Tell whether a stamp, of whatever locks, is from this folder."""
    return stamp.is_file() and stamp.read_bytes().startswith(PLACE)


def install(what: str) -> None:
    """Install the set, and the larger one if `.venv` had it, then the project itself; write the stamps last."""
    python = base_python()
    uv = uv_program(python)
    in_use = VENV / "bin" / "python"
    ours = any(is_made_here(stamp_of(each)) for each in SETS) and in_use.exists() and in_use.samefile(python)
    if stamp_of("dev").exists():
        what = "dev"
    say(f"{'updating' if ours else 'making'} .venv ({what}) with {python}")
    for each in SETS:
        stamp_of(each).unlink(missing_ok=True)
    if not ours:
        create_venv(uv, python)
    quiet = () if sys.stderr.isatty() else ("--quiet",)
    target = ("--python", in_use, *quiet)
    run(uv, "pip", "sync", *target, "--require-hashes", "--compile-bytecode", lock_of(what))
    run(uv, "pip", "install", *target, "--no-deps", "--editable", ROOT)
    for each in SETS[: SETS.index(what) + 1]:
        write_whole(stamp_of(each), expected(each))


def create_venv(uv: Path, python: Path) -> None:
    """Make an empty `.venv`, in place of one that is broken or not ours."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        if not (VENV / "pyvenv.cfg").exists():
            message = f"{VENV} is no virtual environment: move it away, its name is needed"
            raise BootstrapError(message)
        # Out of the way in one step: a removal that is interrupted leaves nothing that looks like an environment.
        old = VENV.with_name(".venv.old")
        shutil.rmtree(old, ignore_errors=True)
        VENV.rename(old)
        shutil.rmtree(old)
    run(uv, "venv", "--quiet", "--python", python, VENV)


def lock(*, upgrade: bool) -> None:
    """Write each lock file from pyproject.toml."""
    uv = uv_program(base_python())
    common = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url")
    # `dev` is held to the versions of `runtime`, so that what is tested is what runs.
    dev = ("pyproject.toml", "--group", "dev", "--constraint", "requirements/runtime.txt")
    alone = {name: ("--group", name) for name in ("uv", "scanner")}
    for name, source in {"runtime": ("pyproject.toml",), "dev": dev, **alone}.items():
        output = ("--output-file", f"requirements/{name}.txt")
        run(uv, "pip", "compile", "--quiet", *common, *source, *output, *(["--upgrade"] if upgrade else []))


def uv_program(python: Path) -> Path:
    """Return the locked uv, which is installed first if it is not there: a few seconds, once."""
    pinned = lock_of("uv")
    version = re.search(r"^uv==(\S+)", pinned.read_text(), re.MULTILINE)
    if version is None:
        message = f"{pinned} does not pin uv: `uv==<version>`"
        raise BootstrapError(message)
    home = CACHE / "uv" / version[1]
    program = home / "bin" / "uv"
    if not program.exists():
        say(f"installing uv {version[1]}")
        with made_whole(home) as fresh:
            install_into = pip_install(python, fresh)
            run(*install_into, "--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement", pinned)
    return program


@contextlib.contextmanager
def made_whole(home: Path) -> Iterator[Path]:
    """A folder to fill, which takes its place in one step, whatever was there. Of one half filled nothing stays."""
    home.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=home.parent))
    try:
        yield fresh
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def pip_install(python: Path, folder: Path) -> list[str | Path]:
    """Return a `pip install` into the folder: by a new virtual environment, else by the pip that Python has."""

    def has(module: str) -> bool:
        return subprocess.run([python, "-c", f"import {module}"], check=False, capture_output=True).returncode == 0

    if has("ensurepip"):
        run(python, "-m", "venv", folder)
        return [folder / "bin" / "python", "-m", "pip", "install"]
    if has("pip"):
        return [python, "-m", "pip", "install", "--target", folder]
    message = (
        f"{python} has neither `ensurepip` nor `pip`. Install one of them with your system's package manager "
        "(on Debian and Ubuntu the package python3-venv), or choose another Python: PYTHON=/path/to/python3"
    )
    raise BootstrapError(message)


def base_python() -> Path:
    """Return this Python outside any virtual environment, by the name that never means another version."""
    versioned = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    return versioned if versioned.exists() else Path(sys.executable).resolve()


def run(program: str | Path, *args: str | Path) -> None:
    """Run a program whose own words, all on stderr, are the explanation when it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"UV_PYTHON_DOWNLOADS": "never", "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    environment.setdefault("UV_SYSTEM_CERTS", "true")  # as pip does: some networks have a certificate of their own
    ended = subprocess.run([program, *args], check=False, cwd=ROOT, env=environment, stdout=sys.stderr)
    if ended.returncode != 0:
        command = " ".join([Path(program).name, *map(str, args[:3])])
        message = (
            f"`{command} ...` failed (exit {ended.returncode}), for the reason above. "
            "Mend that and run the same command again: nothing half-made is used."
        )
        raise BootstrapError(message)


def lock_of(what: str) -> Path:
    """Return the lock file of a set."""
    return REQUIREMENTS / f"{what}.txt"


def stamp_of(what: str) -> Path:
    """Return the file that says that `.venv` holds the set."""
    return VENV / f"slipway-ready-{what}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def say(text: str) -> None:
    """Tell what is going on; stdout belongs to the command that needed the set-up."""
    print(f"tools/bootstrap: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
