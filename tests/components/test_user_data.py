"""What a machine does when it first starts."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.aws.user_data import Settings, user_data
from components.server.node import NodeService, environment_file, install_node, systemd_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SERVICE = NodeService("shop-web", "26.10.0", "amd64", "dist/index.js", {"PORT": "3001", "NODE_ENV": "production"})
SETTINGS = Settings("us-east-1", "/slipway/shop-prod/web")
one_line = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=30)


def test_the_script_is_one_that_bash_reads(require_program: Callable[[str], Path]) -> None:
    bash = require_program("bash")
    checked = subprocess.run(
        [bash, "-n"], input=user_data(SERVICE, SETTINGS), capture_output=True, check=False, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_is_one_that_systemd_reads(require_program: Callable[[str], Path], tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze")
    unit = tmp_path / "shop-web.service"
    # What the machine has and this one has not, in the places where it would be.
    text = systemd_unit(SERVICE, before="/bin/true").replace("/opt/node/bin/node", "/bin/true")
    unit.write_text(text.replace("User=shop-web", "User=root"))
    checked = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, check=False, text=True)
    assert [line for line in checked.stderr.splitlines() if unit.name in line] == []


def test_the_script_fits_what_ec2_takes() -> None:
    assert len(user_data(SERVICE, SETTINGS).encode()) < 16 * 1024


def test_no_redis_is_installed_or_started() -> None:
    text = user_data(SERVICE, SETTINGS).lower()
    assert "redis" not in text
    assert "valkey" not in text


def test_what_is_secret_is_fetched_and_not_written_down() -> None:
    text = user_data(SERVICE, SETTINGS)
    assert "--with-decryption" in text
    assert "umask 077" in text
    assert "set -x" not in text


def test_node_is_checked_against_its_publisher_s_sums_before_it_is_unpacked() -> None:
    text = install_node("26.10.0", "arm64")
    assert "node-v26.10.0-linux-arm64.tar.xz" in text
    assert 0 < text.index("sha256sum --check") < text.index("tar --extract")


def test_everything_comes_over_https() -> None:
    # The machines' security group opens no other port to the outside.
    assert "http://" not in user_data(SERVICE, SETTINGS)


def test_the_service_has_no_rights_over_the_machine() -> None:
    unit = systemd_unit(SERVICE, before="/usr/local/sbin/shop-web-settings")
    for line in ("User=shop-web", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "Restart=always"):
        assert f"{line}\n" in unit


@pytest.mark.parametrize(
    ("value", "line"),
    [("plain", 'A="plain"'), ('say "hi"', 'A="say \\"hi\\""'), ("C:\\x", 'A="C:\\\\x"'), ("a b # c", 'A="a b # c"')],
)
def test_a_value_reaches_the_service_as_it_was_written(value: str, line: str) -> None:
    assert environment_file({"A": value}) == f"{line}\n"


@given(st.dictionaries(st.sampled_from(["A", "B", "C"]), one_line))
def test_no_value_breaks_out_of_its_line(env: dict[str, str]) -> None:
    assert len(environment_file(env).split("\n")) == len(env) + 1


@given(one_line)
def test_no_value_ends_the_file_early(value: str) -> None:
    service = NodeService("shop-web", "26.10.0", "amd64", "dist/index.js", {"A": value})
    lines = user_data(service, SETTINGS).split("\n")
    assert lines.count("END_OF_FILE_7f3a") == user_data(SERVICE, SETTINGS).split("\n").count("END_OF_FILE_7f3a")
