#!/usr/bin/python3
"""Brings releases to this server: `release.py deploy | rollback [ID] | restart SERVICE | status | resume`.

What a server is made from is small. So the program itself, which lies in `releasing`, comes with the first deployment,
as the first line of standard input, and is taken if it is the one that this server was made for: who may deploy does
not become root. What follows is the document that components/server/release.py writes. docs/servers.md has more.
"""

import base64
import bz2
import hashlib
import re
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
SUM = ""  # the SHA-256 sum of the program in one line; written in when the server is made


def receive(line: bytes) -> None:
    """Put the program beside this file."""
    if hashlib.sha256(line).hexdigest() != SUM:
        sys.exit("slipway: another program came than this server was made for; nothing was done")
    there = HERE / "releasing.sum"
    if there.exists() and there.read_text() == SUM:
        return
    for part in re.split("^==> ", bz2.decompress(base64.b85decode(line)).decode(), flags=re.MULTILINE)[1:]:
        path, _, text = part.partition("\n")
        file = HERE / path
        file.parent.mkdir(mode=0o755, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(text)
        fresh.chmod(0o644)
        fresh.replace(file)
    there.write_text(SUM)


if __name__ == "__main__":
    if sys.argv[1:] == ["deploy"]:
        receive(sys.stdin.buffer.readline().strip())
    if not (HERE / "releasing.sum").exists():
        sys.exit("slipway: nothing has been deployed to this server yet")
    runpy.run_module("releasing", run_name="__main__", alter_sys=True)
