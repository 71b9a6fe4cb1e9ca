"""How a release comes here: fetched or uploaded and held to its sum, or built from a revision."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import stat
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .running import BUILDER, RESERVE, apart, remove, room, run
from .saying import LOGS, Failed, hide, say
from .state import HOME, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .document import Document

ATTEMPTS = 4
PAUSE = 2.0
NODE = "/opt/node/bin"
_CREDENTIALS = Path("/run/slipway/git.env")


class _Encrypted(HTTPRedirectHandler):
    """Follows to https alone. The token, which is no header that is passed on, stays with the first host."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913, PLR0917  # as it is called; Any: HTTPMessage
        if not newurl.startswith("https://"):
            raise Failed(f"{urlsplit(req.full_url).hostname} leads to an address without https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def bring(document: Document, folder: Path) -> None:
    """Make the release's folder, whole or not at all."""
    fresh = folder.with_name(f".{folder.name}.new")
    remove(fresh)
    try:
        fresh.mkdir(mode=0o755)
        run("chown", BUILDER, str(fresh))
        if document.release["kind"] == "git":
            _build(document, fresh)
        else:
            _unpack(document, fresh)
        run("chown", "-R", "-h", "root:root", str(fresh))
        run("chmod", "-R", "go-w,u-s,g-s", str(fresh))
        os.sync()
        fresh.rename(folder)
    finally:
        remove(fresh)
    if document.release["kind"] == "file":
        (HOME / "incoming" / document.release["file"]).unlink(missing_ok=True)


def _unpack(document: Document, fresh: Path) -> None:
    archive = HOME / "fetched"
    try:
        with archive.open("w+b") as file:
            found = _store(document, file)
            if found != document.release["sha256"]:
                raise Failed(f"the sum is wrong: {found}, and {document.release['sha256']} is wanted; nothing is run")
            room(fresh, 0, "the release")
            free = os.statvfs(fresh).f_bavail * os.statvfs(fresh).f_frsize - RESERVE
            file.seek(0)
            program = str(Path(__file__).with_name("unpacking.py"))
            done = subprocess.run(
                [sys.executable, "-I", program, str(free)],
                check=False,
                user=BUILDER,
                group=BUILDER,
                extra_groups=[],
                cwd=fresh,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                stdin=file,
                stderr=subprocess.PIPE,
                errors="replace",
                umask=0o022,
            )
        if done.returncode:
            raise Failed(f"the archive cannot be unpacked: {done.stderr.strip()[-1000:]}")
    finally:
        archive.unlink(missing_ok=True)


def _store(document: Document, file: IO[bytes]) -> str:
    """Write the archive into a file; its sum."""
    release = document.release
    if release["kind"] == "file":
        try:
            source = os.open(HOME / "incoming" / release["file"], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise Failed(f"{HOME}/incoming/{release['file']}: {error.strerror}; upload it first") from None
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise Failed(f"{HOME}/incoming/{release['file']} is no file")
        with os.fdopen(source, "rb") as given:
            return _copy(given, os.fstat(source).st_size, file)
    return fetched(release["url"], document.token, file)


def fetched(url: str, token: str, file: IO[bytes]) -> str:
    """Write what is at an https address into a file; its sum. The token goes to that host alone."""
    request = Request(url, headers={"Accept": "application/octet-stream", "User-Agent": "slipway"})  # noqa: S310  # https
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    host = urlsplit(url).hostname
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with build_opener(_Encrypted).open(request, timeout=60) as answer:
                return _copy(answer, int(answer.headers.get("Content-Length") or 0), file)
        except HTTPError as error:
            reason = f"{error.code} {error.reason}"
            if error.code < 500 and error.code != 429:  # noqa: PLR2004  # what asking again does not mend
                break
        except (OSError, HTTPException) as error:
            reason = str(getattr(error, "reason", error)) or type(error).__name__
        if attempt < ATTEMPTS:
            say(f"{host}: {reason}; asking again")
            time.sleep(PAUSE * 2**attempt)
    raise Failed(f"the archive cannot be fetched from {host}: {reason}")


def _copy(source: IO[bytes], size: int, file: IO[bytes]) -> str:
    room(HOME, size, "the archive")
    file.seek(0)
    file.truncate()
    digest = hashlib.sha256()
    while chunk := source.read(1 << 20):
        room(HOME, len(chunk), "the archive")
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    if size and file.tell() != size:
        raise OSError(f"{size - file.tell()} bytes are missing")
    return digest.hexdigest()


def _build(document: Document, fresh: Path) -> None:
    """Fetch a revision and build it as a user who may write there and nowhere else."""
    room(fresh, 512 << 20, "building a release")
    home = f"/var/lib/{BUILDER}"
    confined = ("PrivateTmp=yes", "ProtectSystem=strict", "Nice=10", "RuntimeMaxSec=3600")
    writes = (f"ReadWritePaths={fresh} {home}", f"StandardError=append:{LOGS}/build.log")

    def build(folder: str, *words: str, also: tuple[str, ...] = ()) -> None:
        env = {"HOME": home, "PATH": f"{NODE}:/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0"}
        log = LOGS / "build.log"
        apart("build", BUILDER, fresh / folder, [*words], env=env, log=log, also=(*confined, *writes, *also))

    release = document.release
    build(".", "git", "init", "--quiet")
    with _credentials(document) as credentials:
        also = (f"EnvironmentFile={credentials}",) if document.token else ()
        build(".", "git", "fetch", "--quiet", "--depth=1", release["repository"], release["revision"], also=also)
    build(".", "git", "-c", "advice.detachedHead=false", "checkout", "--quiet", release["revision"])
    folders = [each.directory for each in document.services]
    for folder in dict.fromkeys([*folders, *([document.migration["directory"]] if document.migration else [])]):
        if not re.search(r"\.git(/|$)", folder) and (fresh / folder / "package.json").is_file():
            build(folder, "npm", "ci", "--no-audit", "--no-fund")
            build(folder, "npm", "run", "build", "--if-present")
            build(folder, "npm", "prune", "--omit=dev", "--no-audit", "--no-fund")
    remove(fresh / ".git")


@contextlib.contextmanager
def _credentials(document: Document) -> Iterator[Path]:
    """The token as git takes it from its environment, in a file that root alone reads and that is gone afterwards."""
    _CREDENTIALS.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = document.token
    user = token if ":" in token else f"x-access-token:{token}"
    host = "/".join(document.release["repository"].split("/")[:3])
    value = f"Authorization: Basic {base64.b64encode(user.encode()).decode()}"
    hide(value)
    # No other host that this one leads to is sent the token.
    given = {f"http.{host}/.extraHeader": value, "http.followRedirects": "false"}
    lines = [f"GIT_CONFIG_COUNT={len(given)}\n"]
    for number, (key, each) in enumerate(given.items()):
        lines.append(f'GIT_CONFIG_KEY_{number}="{key}"\nGIT_CONFIG_VALUE_{number}="{each}"\n')
    try:
        write(_CREDENTIALS, "".join(lines), 0o600)
        yield _CREDENTIALS
    finally:
        _CREDENTIALS.unlink(missing_ok=True)
