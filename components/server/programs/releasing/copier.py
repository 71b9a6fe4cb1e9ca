"""What copies the SQLite file all the time: fetched, held to its sum, and started anew where it or its keys changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .document import LITESTREAM
from .fetching import fetched
from .running import active, remove, run
from .saying import Failed, say
from .slots import ETC
from .state import HOME, link, write

if TYPE_CHECKING:
    from .document import Document

UNIT = "slipway-litestream"
USER = "slipway-litestream"
NAME = "litestream"
PLACE = Path("/opt/slipway-litestream")
MOST = 256 << 20  # bytes that the program may have; it has 40 MiB
FITS = re.compile(r"v?0\.3\.\d+")  # later ones do not encrypt


def install(document: Document) -> None:
    """Let the wanted one run, with the keys that came. What runs already is left alone."""
    if document.copier is None:
        return
    wanted = PLACE / document.copier["sha256"]
    if not wanted.is_dir():
        say(f"bringing {NAME}")
        _bring(document.copier, wanted)
    config = document.credentials[LITESTREAM]
    told, file = f"{wanted.name} {hashlib.sha256(config.encode()).hexdigest()}", HOME / NAME
    if active(UNIT) and file.exists() and file.read_text() == told:
        return
    link(PLACE / "current", wanted)
    write(ETC / LITESTREAM, config, 0o600)
    shutil.chown(ETC / LITESTREAM, USER)  # who alone reads it
    run("systemctl", "restart", UNIT)
    write(file, told, 0o600)
    for other in PLACE.iterdir():
        if other.name not in {wanted.name, "current"}:
            remove(other)


def _bring(copier: dict[str, str], wanted: Path) -> None:
    """Make its folder, whole or not at all."""
    fresh, archive = wanted.with_name(f"{wanted.name}.new"), HOME / "fetched"
    remove(fresh)
    try:
        fresh.mkdir(mode=0o755, parents=True)
        with archive.open("w+b") as file:
            if (found := fetched(copier["url"], "", file)) != copier["sha256"]:
                raise Failed(f"{NAME}: the sum is wrong: {found}, and {copier['sha256']} is wanted; it is not run")
            file.seek(0)
            _unpack(file, fresh / NAME)
        version = run("runuser", "-u", USER, "--", str(fresh / NAME), "version").stdout.strip()
        if not FITS.fullmatch(version):
            raise Failed(f"{NAME}: this is {version[:40]}, and only a version 0.3 encrypts what it copies; name one")
        os.sync()
        fresh.rename(wanted)
    except (tarfile.TarError, EOFError) as error:
        raise Failed(f"{NAME}: its archive cannot be unpacked: {error}") from None
    finally:
        remove(fresh)
        archive.unlink(missing_ok=True)


def _unpack(file: IO[bytes], program: Path) -> None:
    """Write the one file that is wanted, whatever else is in the archive."""
    with tarfile.open(fileobj=file, mode="r:*") as archive:
        found = [each for each in archive if each.isreg() and Path(each.name).name == NAME and each.size < MOST]
        content = archive.extractfile(found[0]) if len(found) == 1 else None
        if content is None:
            raise Failed(f"{NAME}: its archive has no one file of that name")
        with program.open("wb") as made:
            shutil.copyfileobj(content, made)
    program.chmod(0o755)
