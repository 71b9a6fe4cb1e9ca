"""What a single server is told at its first start: sound, within the limit, without a secret, and nothing is lost."""

from __future__ import annotations

import base64
import bz2
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from components.server.cloud_init import TooLong, user_data
from policies.user_data import readable
from tests.machines.whole import FORMS, KEY, OPERATOR, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from components.server.single_server import SingleServer

LIMIT = 16 << 10
# sshd wants a folder that systemd makes for it, even to say what it would do.
PRIVATE = 'mount -t tmpfs run /run; mkdir -m 755 /run/sshd; exec "$@"'


def told(server: SingleServer) -> dict[str, Any]:  # Any: YAML
    """The configuration as cloud-init reads it."""
    text = user_data(server, LIMIT)
    assert text.startswith("#cloud-config\n")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def files(server: SingleServer) -> dict[str, str]:
    """What stands on the server before anything is installed, what is packed unpacked, by path."""
    plain = {each["path"]: each["content"] for each in told(server)["write_files"]}
    text = bz2.decompress(base64.b85decode(plain["/usr/local/lib/slipway/packed"].strip())).decode()
    parts = re.split("^==> ", text, flags=re.MULTILINE)[1:]
    return plain | dict(part.split("\n", 1) for part in parts)


@pytest.fixture(params=FORMS)
def server(request: pytest.FixtureRequest) -> SingleServer:
    """A server of each form."""
    return FORMS[request.param]


def test_every_script_is_one_that_shellcheck_has_nothing_to_say_of(
    server: SingleServer, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    check = require_program("shellcheck")
    scripts = {path: text for path, text in files(server).items() if re.match(r"#!/bin/(ba)?sh\n", text)}
    assert {path.rpartition("/")[2] for path in scripts} == {"setup.sh", "certificate.sh", "tls"}
    for path, text in scripts.items():
        file = tmp_path / path.rpartition("/")[2]
        file.write_text(text)
        done = subprocess.run([check, "--exclude=SC1091", file], capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stdout


def test_it_is_sound_and_only_the_deployer_with_his_key_gets_in(server: SingleServer) -> None:
    found = told(server)
    assert found["ssh_pwauth"] is False
    assert found["disable_root"] is True
    user = found["users"][0]
    assert user["name"] == "deploy"
    assert user["ssh_authorized_keys"] == [KEY]
    assert user["lock_passwd"] is True
    # In containers nothing is released by a program of the server's own.
    rights = None if server.containers else "ALL=(root) NOPASSWD: /usr/local/lib/slipway/release.py *"
    assert user.get("sudo") == rights


def test_nobody_becomes_root_unless_somebody_is_named_who_may() -> None:
    (deployer,) = told(FORMS["bare"])["users"]
    assert deployer["name"] == "deploy"
    deployer, operator = told(WHOLE)["users"]
    assert OPERATOR not in deployer["ssh_authorized_keys"]
    assert operator["ssh_authorized_keys"] == [OPERATOR]
    assert (operator["name"], operator["lock_passwd"], operator["sudo"]) == (
        "operator",
        True,
        "ALL=(ALL:ALL) NOPASSWD: ALL",
    )


@pytest.mark.parametrize(
    ("form", "user", "enters", "forwards"),
    [
        ("bare", "deploy", "deploy", "no any"),
        ("redis", "operator", "deploy operator", "no any"),
        ("whole", "deploy", "deploy operator", "no any"),
        ("whole", "operator", "deploy operator", "local 127.0.0.1:5432"),
    ],
)
def test_sshd_lets_in_whom_it_should_and_forwards_to_the_database_alone(  # noqa: PLR0913, PLR0917 - a table and tools
    form: str, user: str, enters: str, forwards: str, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    key = tmp_path / "key"
    subprocess.run([require_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "own.conf").write_text(files(FORMS[form])["/etc/ssh/sshd_config.d/10-slipway.conf"])
    # As Debian's: what is included comes first, and a block in it ends with its file.
    (tmp_path / "sshd_config").write_text(f"Include {tmp_path}/own.conf\nHostKey {key}\nPrintMotd no\n")
    asks: list[str | Path] = [
        require_program("sshd"),
        "-T",
        "-f",
        tmp_path / "sshd_config",
        "-C",
        f"user={user},host=a,addr=203.0.113.7",
    ]
    command = [require_program("unshare"), "--map-root-user", "--mount", "sh", "-ec", PRIVATE, "sh", *asks]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    assert {line for line in said if line.startswith("allowusers")} == {f"allowusers {each}" for each in enters.split()}
    forwarding, where = forwards.split()
    assert f"allowtcpforwarding {forwarding}" in said
    assert f"permitopen {where}" in said
    assert "printmotd no" in said
    for line in ("permitrootlogin no", "passwordauthentication no", "kbdinteractiveauthentication no"):
        assert line in said


def test_every_file_of_other_parts_arrives(server: SingleServer) -> None:
    server = replace(
        server,
        files={"/etc/a": "plain\n"},
        programs={**server.programs, "/usr/local/lib/slipway/b": "#!/bin/sh\ntrue\n"},
        first={**server.first, "/etc/c": "first\n"},
        packages=("a-package",),
        timers=("a.timer",),
    )
    found = files(server)
    for path, text in [*server.files.items(), *server.programs.items()]:
        assert found[path] == re.sub(r"(?m)^[ \t]*#(?: .*)?\n", "", text), path
    for path, text in server.first.items():
        assert found[f"/usr/local/lib/slipway/first{path}"] == text
        assert path not in found
    setup = found["/usr/local/lib/slipway/setup.sh"]
    assert " a-package " in setup
    assert " a.timer" in setup


def test_what_there_is_not_is_not_set_up() -> None:
    setup = files(FORMS["bare"])["/usr/local/lib/slipway/setup.sh"]
    for word in ("postgres", "redis", "volume", "/srv/orders", "swapfile"):
        assert word not in setup.lower()
    setup = files(FORMS["whole"])["/usr/local/lib/slipway/setup.sh"]
    for word in ("kept /var/lib/postgresql", "kept /var/lib/redis", "kept /srv/orders", "count=2048"):
        assert word in setup


def test_passwords_are_made_on_the_server_and_stand_nowhere_here(server: SingleServer) -> None:
    text = "\n".join(readable(user_data(server, LIMIT)))
    for line in re.findall(r"(?im)^.*(?:requirepass|password) .*$", text):
        assert "generated/" in line or re.search(r"disabled|Password(Authentication)?\b|no\b", line), line
    assert "BEGIN" not in text


def test_rules_can_read_all_of_it(server: SingleServer) -> None:
    text = "\n".join(readable(user_data(server, LIMIT)))
    assert "PermitRootLogin no" in text
    assert "step ready" in text
    if server.redis:
        assert "bind 127.0.0.1 -::1\n" in text


def test_a_mirror_is_that_of_security_updates_too() -> None:
    found = files(WHOLE)
    assert found["/etc/apt/sources.list"] == (
        "deb http://127.0.0.1:8222/debian bookworm main\n"
        "deb http://127.0.0.1:8222/debian bookworm-updates main\n"
        "deb http://127.0.0.1:8222/debian-security bookworm-security main\n"
    )
    assert "rm -f /etc/apt/sources.list.d/*\n" in found["/usr/local/lib/slipway/setup.sh"]
    assert "/etc/apt/sources.list" not in files(FORMS["mirrors"])
    assert "sources.list.d" not in files(FORMS["mirrors"])["/usr/local/lib/slipway/setup.sh"]
    assert "--registry https://npm.example.com " in files(FORMS["mirrors"])["/usr/local/lib/slipway/setup.sh"]


def test_what_a_record_proves_needs_its_own_plugin() -> None:
    found = files(FORMS["record"])
    assert "python3-certbot-dns-cloudflare" in found["/usr/local/lib/slipway/setup.sh"]
    assert "/etc/slipway/credentials/cloudflare.ini" in found["/etc/slipway/certificate"]
    assert "python3-certbot-dns" not in files(WHOLE)["/usr/local/lib/slipway/setup.sh"]


def test_more_than_the_provider_takes_is_refused_with_both_sizes(server: SingleServer) -> None:
    size = len(user_data(server, LIMIT).encode())
    assert user_data(server, size)
    with pytest.raises(TooLong, match=rf"orders-vps has {size} bytes, and the provider takes {size - 1}"):
        user_data(server, size - 1)
