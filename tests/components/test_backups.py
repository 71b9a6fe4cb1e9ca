"""The texts that a single server is given for its backups."""

from __future__ import annotations

import base64
import bz2
import json
import re
import subprocess
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from components.server.backups import BackedUp, BackupParts, backup_files, restic_environment
from components.server.litestream import Replica, litestream_config
from components.server.programs.releasing.document import encrypted
from components.server.programs.releasing.saying import Failed
from components.server.release import Archive, Deployment
from components.server.release_program import standard_input
from config.vps_data import BackupPlace, ContinuousSqlite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Of age's own test vectors: they open nothing.
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
ODD = "a b\"c'd$e`f\\g#h%i ü"
FULL = BackedUp("shop-vps", "03:30", 14, "shop", "/var/lib/shop/data.db", redis=True)
CONTINUOUS = BackedUp("shop-vps", "03:30", 14, None, "/var/lib/shop/data.db", redis=False, copier=True)


def test_a_shell_reads_every_value_as_it_was() -> None:
    text = restic_environment("s3:https://s3.example.com/backups/shop-vps", ODD, "AK", f"{ODD}=")
    names = [line.partition("=")[0] for line in text.splitlines()]
    shown = " ".join(f'"${name}"' for name in names)
    script = f"{text}printf '%s\\n' {shown}"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["s3:https://s3.example.com/backups/shop-vps", ODD, "AK", f"{ODD}="]


@pytest.mark.parametrize("value", ["", "two\nlines", "a\tb", "nul\0"])
def test_a_value_that_would_end_its_line_or_is_nothing_is_refused_without_being_said(value: str) -> None:
    with pytest.raises(ValueError, match=r"^RESTIC_PASSWORD: it is empty or has a sign that cannot be seen") as caught:
        restic_environment("s3:https://s3.example.com/b/s", value, "AK", "SK")
    assert not value or value not in str(caught.value)


def test_the_repository_is_the_stacks_own_in_the_bucket() -> None:
    place = BackupPlace(kind="s3", endpoint="fra1.digitaloceanspaces.com", bucket="acme-backups")
    assert place.repository("shop-vps") == "s3:https://fra1.digitaloceanspaces.com/acme-backups/shop-vps"


def test_only_what_the_server_keeps_is_copied() -> None:
    told = json.loads(
        backup_files(BackedUp("shop", "03:30", 14, None, None, redis=True)).programs["/etc/slipway/backup.json"]
    )
    assert (told["postgres"], told["sqlite"]) == (None, None)
    assert told["redis"]["port"] == 6379


def test_systemd_takes_the_units_and_knows_when_the_timer_runs(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    analyze = require_program("systemd-analyze")
    daily, continuous = backup_files(FULL), backup_files(CONTINUOUS)
    parts = BackupParts({**daily.programs, **continuous.programs}, (), (*daily.timers, *continuous.timers))
    units = {PurePath(path).name: text for path, text in parts.programs.items() if path.startswith("/etc/systemd/")}
    assert set(parts.timers) <= set(units)
    for name, text in units.items():
        (tmp_path / name).write_text(text)
    command = [str(analyze), "verify", "--man=no", *(str(tmp_path / name) for name in units)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if str(tmp_path) in line]
    assert said == []
    when = units["slipway-backup.timer"].partition("OnCalendar=")[2].partition("\n")[0]
    done = subprocess.run([analyze, "calendar", when], capture_output=True, check=True, text=True)
    assert "Normalized form: *-*-* 03:30:00 UTC" in done.stdout


def test_a_run_waits_for_its_credentials_and_says_when_it_fails() -> None:
    unit = backup_files(FULL).programs["/etc/systemd/system/slipway-backup.service"]
    assert "ConditionPathExists=/etc/slipway/credentials/restic.env\n" in unit
    assert "OnFailure=slipway-backup-failed.service\n" in unit
    assert "RequiresMountsFor=/var/lib/shop\n" in unit
    assert "--priority daemon.err" in backup_files(FULL).programs["/etc/systemd/system/slipway-backup-failed.service"]


def test_the_program_comes_with_a_release_and_runs_as_it_comes(tmp_path: Path) -> None:
    packed = standard_input(Deployment("shop", Archive("https://example.com/a.tar.gz", "0" * 64, None), ()))
    text = bz2.decompress(base64.b85decode(packed.partition("\n")[0])).decode()
    for part in re.split("^==> ", text, flags=re.MULTILINE)[1:]:
        path, _, content = part.partition("\n")
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    (tmp_path / "data.db").touch()
    command = [sys.executable, "-m", "backup", "contents", "sqlite", "data.db"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"schema": {"count": 0, "sum": "0" * 16}}


def test_only_a_server_that_copies_all_the_time_has_the_unit_for_it() -> None:
    assert not [name for name in (*backup_files(FULL).programs, *backup_files(FULL).timers) if "litestream" in name]
    parts = backup_files(CONTINUOUS)
    assert "slipway-litestream.service" in parts.timers
    unit = parts.programs["/etc/systemd/system/slipway-litestream.service"]
    for line in (
        "User=slipway-litestream",
        "SupplementaryGroups=slipway-data",
        "UMask=0007",
        "ConditionPathExists=/etc/slipway/litestream.yml",
        "RequiresMountsFor=/var/lib/shop",
        "ReadWritePaths=/var/lib/shop",
        "Restart=always",
    ):
        assert f"{line}\n" in unit


def test_litestream_is_given_no_key_to_encrypt_with_but_the_one_of_its_identity() -> None:
    copied = Replica("/var/lib/shop/data.db", "https://s3.example.com", "eu", "backups", "shop.sqlite", 12)
    told = litestream_config(copied, IDENTITY, "AK", "a $secret")
    (database,) = json.loads(told)["dbs"]
    assert database["replicas"][0]["age"] == {"identities": [IDENTITY], "recipients": ["${recipient}"]}
    assert database["replicas"][0]["secret-access-key"] == "a $secret"
    assert database["replicas"][0]["snapshot-interval"] == "12h"
    (database,) = json.loads(encrypted(told))["dbs"]
    assert database["replicas"][0]["age"] == {"identities": [IDENTITY], "recipients": [PUBLIC]}


@pytest.mark.parametrize("identity", ["", PUBLIC, IDENTITY[:-1], f"{IDENTITY[:-1]}Q", IDENTITY.lower(), "placeholder"])
def test_what_is_no_identity_ends_a_deployment_and_is_not_said(identity: str) -> None:
    copied = Replica("/var/lib/shop/data.db", "https://s3.example.com", "eu", "backups", "shop.sqlite", 12)
    told = litestream_config(copied, identity, "AK", "SK")
    with pytest.raises(Failed, match=r"^the secret that backups\.sqlite names as its identity: it is no") as caught:
        encrypted(told)
    assert not identity or identity not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("s3.amazonaws.com", "us-east-1"),
        ("s3.eu-central-1.amazonaws.com", "eu-central-1"),
        ("fra1.digitaloceanspaces.com", "fra1"),
        ("nbg1.your-objectstorage.com", "nbg1"),
        ("s3.us-west-004.backblazeb2.com", "us-west-004"),
    ],
)
def test_the_region_is_what_the_endpoint_says_or_what_is_written(endpoint: str, region: str) -> None:
    assert BackupPlace(kind="s3", endpoint=endpoint, bucket="acme-backups").region() == region
    url = "https://releases.example.com/litestream.tar.gz"
    sqlite = ContinuousSqlite(kind="litestream", url=url, sha256="0" * 64, region="auto")
    assert BackupPlace(kind="s3", endpoint=endpoint, bucket="acme-backups", sqlite=sqlite).region() == "auto"
