"""The command: `look FACTS` finds what is wrong and lets nginx show it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from .copying import copying
from .faults import Facts, Fault, backups, certificates, disks, failed_units, main_processes, memory, silent_services
from .restarts import Seen, restarts

PATIENT = 5  # looks in a row, a minute apart, until scarce memory is a fault
WELL, ILL = "well", "ill"  # nginx shows the first with 200, else the second with 503


def look(told: Facts) -> list[Fault]:
    """Everything that is wrong now."""
    home = Path(told.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = Seen(home / "seen.json")
    scarce = list(memory(told))
    seen.scarce = seen.scarce + 1 if scarce else 0
    found = [*disks(told), *certificates(told), *backups(told), *failed_units(told)]
    found += scarce if seen.scarce >= PATIENT else []
    if Path(told.deployed).exists():
        units = main_processes(told)
        found += [*silent_services(told, units), *restarts(seen, units)]
        found += copying(seen, told.copier["metrics"], Path(told.copier["file"])) if told.copier else []
    seen.keep()
    return found


def show(told: Facts, found: list[Fault]) -> None:
    """Let nginx answer: words alone, since everybody may ask."""
    folder = Path(told.shown)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if found:
        words = ", ".join(sorted({each.word for each in found}))
        _write(folder / ILL, f"not well: {words}\n")
        (folder / WELL).unlink(missing_ok=True)
    else:
        _write(folder / WELL, "well\n")


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(text)
    fresh.chmod(0o644)
    fresh.replace(file)


def main(words: list[str]) -> None:
    """Look once."""
    match words:
        case ["look", file]:
            told = Facts(**json.loads(Path(file).read_text()))
            found = look(told)
            show(told, found)
            mark = "<3>" if "JOURNAL_STREAM" in os.environ else ""
            for each in found:
                sys.stderr.write(f"{mark}slipway: {each.word}: {each.reason}\n")
        case _:
            sys.exit("usage: python3 -m health look FACTS")


if __name__ == "__main__":
    main(sys.argv[1:])
