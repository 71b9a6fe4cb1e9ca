"""A machine's user data, run for real from its first line to its last: a Debian, real Node.js, PM2 and PostgreSQL.

AWS and the internet are stand-ins (`amazon.py`), and so are systemd and the installation of Amazon's agent
(`stand_ins/`).
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from components.aws.machine import ArchiveRelease, ImageRelease, Machine, Migration, Sessions
from components.aws.user_data import user_data
from components.server.node import NodeService
from tests.conftest import ROOT
from tests.machines.amazon import INSTANCE, REGION, Amazon
from tests.machines.examples import ARCHIVE
from tests.machines.ports import free_port
from tests.machines.root import HERE, Computer
from tests.machines.servers import installed, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.machines.servers import Postgres

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"  # noqa: S105  # the start of names
PARAMETERS = "/slipway/shop-prod/web"
CURRENT = "/opt/shop-prod/current"
SESSION = "a session's real secret of 40 characters"
# What writes the log ends a moment after the script.
LOG = "timeout 20 sh -c 'until grep -q \"g: [AC]\" $0; do sleep 0.1; done; cat $0' /var/log/slipway/boot.log"
STAND_INS = {"systemctl": "/usr/bin", "systemd-run": "/usr/bin", "curl": "/usr/local/bin", "dpkg": "/usr/local/bin"}
STAND_INS |= {"docker": "/usr/bin", "apt-get": "/usr/local/bin"}
AGENT = f"/amazoncloudwatch-agent-{REGION}.s3.{REGION}.amazonaws.com/ubuntu/amd64/{ARCHIVE.agent_version}"


@pytest.fixture(scope="session")
def archive(node: Path, release_tools: Path, require_program: Callable[[str], Path]) -> bytes:
    """A release of the example web service, as `aws-ec2` takes it."""
    example = ROOT / "examples" / "web-service"
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as release:
        release.add(node.resolve(), "bin/node")
        release.add(installed(example, require_program("npm")) / "node_modules", "node_modules")
        release.add(release_tools / "node_modules", "slipway/node_modules")
        for name in ("package.json", "src", "migrations"):
            release.add(example / name, name)
        release.addfile(tarfile.TarInfo("slipway/rds-ca.pem"))
    return made.getvalue()


@pytest.fixture
def amazon(archive: bytes, postgres_server: Postgres, database: str) -> Iterator[Amazon]:
    """AWS, which knows the release and what the service is to be told."""
    address = postgres_server.url(database).replace("correct%25horse%2Fbattery", "${secret:" + SECRET + "database}")
    assert "secret:" in address
    with Amazon() as services:
        services.objects = {"/acme-releases/shop/1.tar": archive, f"{AGENT}/amazon-cloudwatch-agent.deb": b"a package"}
        services.parameters = {
            f"{PARAMETERS}/DATABASE_URL": address,
            f"{PARAMETERS}/SESSION_SECRET": "${secret:" + SECRET + "session}",
        }
        services.secrets = {f"{SECRET}database": postgres_server.password, f"{SECRET}session": SESSION}
        services.changed = {f"{SECRET}database": time.time(), f"{SECRET}session": time.time() - 5 * 86400}
        services.lifecycle_states = ["InService"]
        yield services


@pytest.fixture
def machine(archive: bytes) -> Machine:
    """One service of two processes, with a migration."""
    service = NodeService(
        name="web",
        unit="shop-web",
        directory=".",
        entry="src/server.js",
        port=free_port(),
        health_path="/health",
        processes=2,
        env={"NODE_ENV": "production", "HOST": "127.0.0.1"},
        parameter_path=PARAMETERS,
        log_group=PARAMETERS,
        drain_seconds=2,
        min_secret_lengths={"SESSION_SECRET": 32},
    )
    return replace(
        ARCHIVE,
        services=(service,),
        release=ArchiveRelease("acme-releases", "shop/1.tar", hashlib.sha256(archive).hexdigest()),
        migration=Migration("node migrations/run.js", "web", "."),
        sessions=Sessions("session", "web", "."),
        data_path=None,
        database_ca=True,
    )


def started(debian: Path, amazon: Amazon, script: str) -> Computer:
    """A machine that holds the script and the stand-ins, and asks them."""
    files = {f"{folder}/{name}": (HERE / "stand_ins" / name).read_text() for name, folder in STAND_INS.items()}
    asks = {"AWS_ENDPOINT_URL": amazon.address, "AWS_EC2_METADATA_SERVICE_ENDPOINT": amazon.address}
    return Computer(debian, {**files, "/user-data": script.replace("sleep 10 #", "sleep 0 #")}, asks)


def results(amazon: Amazon) -> list[tuple[str, str]]:
    """How the machine said that its start and end went."""
    told = amazon.told("CompleteLifecycleAction")
    return [(each["LifecycleHookName"], each["LifecycleActionResult"]) for each in told]


def test_a_release_is_serving_at_the_end_and_leaves_when_the_group_says(
    debian: Path, amazon: Amazon, machine: Machine, postgres_server: Postgres, database: str
) -> None:
    address = f"http://127.0.0.1:{machine.services[0].port}"
    with started(debian, amazon, user_data(machine)) as computer:
        code, said = computer.run("/user-data")
        assert code == 0, said
        assert results(amazon) == [("launching", "CONTINUE")]
        unsigned = [asked.fields for asked in amazon.asked if not asked.signed]
        assert unsigned == [{"path": f"{AGENT}/amazon-cloudwatch-agent.deb"}], "what is public"

        with urlopen(f"{address}/ready", timeout=10) as answer:  # noqa: S310  # the loopback
            assert b'"ready"' in answer.read()
        assert postgres_server.sql("select release, state from slipway.migrations", database) == (
            f"{machine.release.id}|done"
        )
        assert postgres_server.sql("select count(*) from session", database) == "0"
        assert "sessions: 0 expired in session deleted" in computer.output("cat /var/log/slipway/shop-web.log")
        assert SESSION not in computer.output("cat /etc/systemd/system/slipway-sessions.service")

        users = f'for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" != {CURRENT}/bin/node ] || stat -c %U $p; done'
        users = users.replace(f"{CURRENT}/bin/node", f"/opt/shop-prod/releases/{machine.release.id}/bin/node")
        assert computer.output(users).split() == ["shop-web"] * 3, "PM2 and two processes"
        assert computer.output(f"readlink {CURRENT}") == f"/opt/shop-prod/releases/{machine.release.id}"
        assert computer.output("stat -c '%U %a' /run/shop-web/settings.env") == "root 600"
        assert SESSION in computer.output("cat /run/shop-web/settings.env")
        everywhere = "grep -rlsF -e 'real secret of 40' -e 'horse/battery' /etc /opt /var /usr/local /tmp || true"
        assert computer.output(everywhere) == ""
        assert "listening" in computer.output("cat /var/log/slipway/shop-web.log")
        assert "slipway: launching: CONTINUE" in computer.output(LOG)
        assert computer.output("cat /run/agent") == "-a fetch-config -m ec2 -s -c file:/etc/slipway/agent.json"

        units = "systemd-analyze verify --man=no /etc/systemd/system/{shop-web,slipway-*}.{service,timer} 2>&1 || true"
        assert "/etc/systemd/system" not in computer.output(f"shopt -s nullglob; {units}")

        computer.output("python3 /usr/local/lib/slipway/aws.py secret-age")
        assert amazon.told("PutMetricData")[0]["MetricData.member.1.Value"].startswith("5.0")

        amazon.lifecycle_states = ["Terminated"]
        assert wait_for(lambda: len(results(amazon)) == 2), computer.output("cat /var/log/slipway-drain.log")
        assert results(amazon)[1] == ("terminating", "CONTINUE")
        assert amazon.told("CompleteLifecycleAction")[1]["InstanceId"] == INSTANCE
        assert computer.output("cat /var/log/slipway/shop-web.log").count('"stopped"') == 2, "stopped, not killed"
        with pytest.raises(OSError, match="refused"):
            urlopen(f"{address}/health", timeout=10)  # noqa: S310


def test_an_image_is_serving_at_the_end_with_the_variables_of_its_service_and_no_others(
    debian: Path, amazon: Amazon, machine: Machine
) -> None:
    image = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/shop@sha256:{'5a' * 32}"
    machine = replace(machine, release=ImageRelease(image), migration=None, sessions=None, database_ca=False)
    with started(debian, amazon, user_data(machine)) as computer:
        code, said = computer.run("/user-data")
        assert code == 0, said
        assert results(amazon) == [("launching", "CONTINUE")]
        with urlopen(f"http://127.0.0.1:{machine.services[0].port}/ready", timeout=10) as answer:
            assert b'"ready"' in answer.read()
        assert computer.output("cat /run/container") == image
        assert computer.output("cat /run/login").endswith(
            "--password-stdin " + image.partition("/")[0] + " registry-password"
        )
        assert "install --yes --no-install-recommends docker.io" in computer.output("cat /run/installed")
        given = computer.output("tr '\\0' '\\n' < /proc/$(cat /run/stand-in/shop-web)/environ | sed 's/=.*//' | sort")
        assert given.split() == ["DATABASE_URL", "HOST", "NODE_ENV", "PATH", "PORT", "SESSION_SECRET"]


def test_the_next_machine_finds_on_the_volume_what_the_last_one_left(
    debian: Path, amazon: Amazon, machine: Machine, disk: str
) -> None:
    amazon.parameters[f"{PARAMETERS}/DATA_VOLUME_ID"] = "vol-0a1b"
    first = machine.services[0]
    second = replace(first, name="jobs", unit="shop-jobs", port=free_port(), processes=1)
    ages = {"web": 90, "jobs": 90}
    machine = replace(
        machine, services=(first, second), migration=None, data_path="/srv/data", max_secret_age_days=ages
    )
    for left in ("", "what matters"):
        amazon.attached_to = ["", INSTANCE]
        with started(debian, amazon, user_data(machine)) as computer:
            code, said = computer.run(f"mknod /dev/sdf b 7 {disk}; /user-data")
            assert code == 0, said
            assert computer.output("cat /srv/data/file 2>/dev/null || true") == left
            assert computer.output("stat -c '%U:%G %a' /srv/data") == "root:slipway-data 2770"
            assert computer.output("findmnt --noheadings --output FSTYPE /srv/data") == "ext4"
            for unit in ("shop-web", "shop-jobs"):
                facts = computer.output(f"cat /proc/$(cat /run/stand-in/{unit})/status")
                assert "Groups:\t3990 " in facts, "may write there"
                assert "Umask:\t0007" in facts, "and what it writes, the other may too"
            assert "DATA_VOLUME_ID" not in computer.output("cat /run/shop-web/settings.env")
            computer.output("echo what matters >/srv/data/file; sync; umount /srv/data || umount --lazy /srv/data")
    assert amazon.actions().count("AttachVolume") == 2


@pytest.mark.parametrize(
    ("wrong", "step", "reason"),
    [
        ("archive", "release", "computed checksum did NOT match"),
        ("secret", "settings", "SESSION_SECRET: its secret is a placeholder"),
        ("migration", "migration", "exit code 7"),
        ("entry", "health", "/health did not answer"),
    ],
)
def test_a_release_that_fails_never_enters_service_and_the_log_says_why(  # noqa: PLR0913, PLR0917  # the fixtures
    debian: Path, amazon: Amazon, machine: Machine, wrong: str, step: str, reason: str
) -> None:
    match wrong:
        case "archive":
            amazon.objects["/acme-releases/shop/1.tar"] = b"another one"
        case "secret":
            amazon.secrets[f"{SECRET}session"] = "your-session-secret-of-at-least-32-letters"
        case "migration":
            machine = replace(machine, migration=Migration("node -e process.exit(7)", "web", "."))
        case "entry":
            machine = replace(machine, services=(replace(machine.services[0], entry="src/none.js"),))
    script = user_data(machine)
    assert "{1..150}" in script
    with started(debian, amazon, script.replace("{1..150}", "{1..2}")) as computer:
        code, _ = computer.run("/user-data")
        log = computer.output(LOG)
        assert code != 0
        assert results(amazon) == [("launching", "ABANDON")]
        assert reason in log
        assert f": {step}\n" in log
        assert "your-session" not in log
        services = computer.output("ls /run/stand-in 2>/dev/null || true")
        assert services == ("shop-web\nslipway-drain" if wrong == "entry" else "")
