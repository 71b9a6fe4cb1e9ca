"""What asks for the certificate says what the authority refused, whatever certbot itself dies of."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = ROOT / "components" / "server" / "templates" / "certificate.sh"
SETTINGS = 'NAME="orders"\nEMAIL="team@example.com"\nPROOF=(--webroot)\nNAMES=(--domain orders.example.com)\n'
# As certbot 2.1 logs what it is answered.
ANSWER = """\
2026-11-30 04:00:00,{number}:DEBUG:acme.client:Received response:
HTTP {status}
Server: nginx
Replay-Nonce: a-nonce
Retry-After: 3600

{{
  "type": "urn:ietf:params:acme:error:{fault}",
  "detail": "{detail}"
}}
2026-11-30 04:00:01,{number}:DEBUG:acme.client:Storing nonce: a-nonce
"""
DIED = "2026-11-30 04:00:02,000:DEBUG:certbot._internal.log:Exiting abnormally:\nAttributeError: can't set attribute\n"
LIMIT = ("429", "rateLimited", "too many certificates (5) already issued for this exact set of domains")
OTHER = ("403", "unauthorized", "an account that is no more")
NONCE = ("400", "badNonce", "an old nonce")
GOOD = ("201", "none", "a new order")
SAID = f"HTTP {LIMIT[0]}\nServer: nginx\nReplay-Nonce: a-nonce\nRetry-After: 3600\n\n"
SAID += f'{{\n  "type": "urn:ietf:params:acme:error:{LIMIT[1]}",\n  "detail": "{LIMIT[2]}"\n}}\n'


def asked(folder: Path, log: str | None, code: int = 1) -> subprocess.CompletedProcess[str]:
    """Run it where certbot writes this log, or none, and ends so."""
    places = {"/etc/slipway/certificate": "settings", "/var/log/letsencrypt/letsencrypt.log": "letsencrypt.log"}
    text = PROGRAM.read_text().replace("/usr/local/lib/slipway/tls", "true")
    for place, name in places.items():
        assert place in text
        text = text.replace(place, str(folder / name))
    (folder / "settings").write_text(SETTINGS)
    (folder / "told").write_text(log or "")
    written = f'cp "{folder}/told" "{folder}/letsencrypt.log"\n' if log is not None else ""
    for name, script in {
        "certbot": f"{written}exit {code}",
        "systemctl": f'echo "$@" >"{folder}/systemctl.log"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(["/bin/bash", "-c", text], capture_output=True, check=False, env=env, text=True)


def logged(*answers: tuple[str, str, str]) -> str:
    return "".join(
        ANSWER.format(number=f"{number:03}", status=status, fault=fault, detail=detail)
        for number, (status, fault, detail) in enumerate(answers)
    )


@pytest.mark.parametrize(
    "answers",
    [[GOOD, LIMIT], [OTHER, LIMIT, GOOD], [LIMIT, NONCE, NONCE]],
    ids=["last", "before what it takes", "before a nonce that is tried again"],
)
def test_what_the_authority_refused_last_is_said_when_certbot_dies(
    tmp_path: Path, answers: list[tuple[str, str, str]]
) -> None:
    done = asked(tmp_path, logged(*answers) + DIED, code=3)
    assert done.returncode == 3
    assert done.stdout == f"slipway: the authority said:\n{SAID}\n"
    assert not (tmp_path / "systemctl.log").exists(), "it is tried again"


@pytest.mark.parametrize("log", [None, logged(GOOD) + DIED, ""], ids=["no log", "no refusal", "empty"])
def test_nothing_is_said_of_an_authority_that_refused_nothing(tmp_path: Path, log: str | None) -> None:
    done = asked(tmp_path, log)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_the_log_of_an_earlier_run_is_not_taken_for_this_one_s(tmp_path: Path) -> None:
    (tmp_path / "letsencrypt.log").write_text(logged(LIMIT))
    assert asked(tmp_path, None).stdout == ""


def test_what_was_refused_before_it_came_is_not_said(tmp_path: Path) -> None:
    done = asked(tmp_path, logged(LIMIT, GOOD), code=0)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "systemctl.log").read_text() == "disable --now slipway-certificate.timer\n"
