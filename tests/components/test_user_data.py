"""What a machine does when it first starts.

Longer than 300 lines because one script has many duties, and each is held by a test of its own.
"""

from __future__ import annotations

import ast
import base64
import bz2
import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.aws.machine import Migration, Sessions
from components.aws.user_data import LIMIT, user_data
from components.server.sessions import session_keeper
from policies.redis.text import user_data_sightings
from tests.machines.examples import ARCHIVE, GIT, IMAGE, KEEPER, LEAST, MACHINES, SOCKET, WEB

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from components.aws.machine import Machine

every_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)


def files(text: str) -> dict[str, str]:
    """The files that a script writes, by path, also those that are packed."""
    found = dict(re.findall(r"^cat >(\S+) <<'END_7f3a'\n(.*?)^END_7f3a$", text, re.MULTILINE | re.DOTALL))
    packed = re.search(r"^python3 -c 'import base64.*\n(\S+)\nEND_7f3a$", text, re.MULTILINE)
    assert packed
    parts = re.split(r"^==> (.*)\n", bz2.decompress(base64.b85decode(packed[1])).decode(), flags=re.MULTILINE)
    return found | dict(zip(parts[1::2], parts[2::2], strict=True))


def steps(text: str) -> list[str]:
    return [step.strip("'") for step in re.findall(r"^step (.*)$", text, re.MULTILINE)]


@every_machine
def test_the_script_has_no_fault_that_shellcheck_knows(
    machine: Machine, require_program: Callable[[str], Path]
) -> None:
    command = [str(require_program("shellcheck")), "--shell=bash", "-"]
    checked = subprocess.run(command, input=user_data(machine), capture_output=True, check=False, text=True)
    assert (checked.returncode, checked.stdout) == (0, "")


@every_machine
def test_each_unit_is_one_that_systemd_reads(
    machine: Machine, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    analyze = require_program("systemd-analyze")
    units = {path.rpartition("/")[2]: text for path, text in files(user_data(machine)).items() if "/system/" in path}
    for name, text in units.items():
        # What the machine has and this one has not: programs and users.
        there = re.sub(r"^(Exec\w+=[-+]*)/\S+", r"\1/bin/true", text, flags=re.MULTILINE)
        there = re.sub(r"^(Requires|After)=docker.service$", r"\1=basic.target", there, flags=re.MULTILINE)
        (tmp_path / name).write_text(re.sub("^User=.*$", "User=root", there, flags=re.MULTILINE))
    command = [str(analyze), "verify", "--man=no", *(str(tmp_path / name) for name in units)]
    checked = subprocess.run(command, capture_output=True, check=False, text=True)
    assert [line for line in checked.stderr.splitlines() if any(name in line for name in units)] == []
    assert len(units) == (6 if machine.sessions else 4)


@every_machine
def test_the_script_fits_what_ec2_takes(machine: Machine) -> None:
    assert len(user_data(machine).encode()) <= LIMIT == 16 * 1024


def test_a_script_that_does_not_fit_is_refused_with_the_limit() -> None:
    long = replace(WEB, env={"A": "x" * LIMIT})
    with pytest.raises(ValueError, match=r"shop-prod, group web, has \d+ bytes, and EC2 takes 16384"):
        user_data(replace(ARCHIVE, services=(long,)))


@every_machine
def test_no_redis_is_installed_or_started_and_nothing_is_hidden_from_the_rule(machine: Machine) -> None:
    service = replace(WEB, env={**WEB.env, "REDIS_URL": "rediss://cache.example.com:6379", "REDIS_HOST": "cache"})
    migration = Migration("npm run migrate", "web", ".") if machine.migration else None
    seen = user_data_sightings(user_data(replace(machine, services=(service,), migration=migration)))
    assert [found for found in seen if found.kind != "address"] == []


def test_the_rule_reads_what_is_packed() -> None:
    packed = user_data(LEAST)
    blob = re.search(r"^python3 -c 'import base64.*\n(\S+)\n", packed, re.MULTILINE)
    assert blob
    text = bz2.decompress(base64.b85decode(blob[1])) + b"ExecStart=/usr/bin/redis-server\n"
    worse = packed.replace(blob[1], base64.b85encode(bz2.compress(text)).decode())
    assert {found.kind for found in user_data_sightings(worse)} == {"starts"}


@every_machine
def test_all_that_is_specific_to_the_machine_can_be_read(machine: Machine) -> None:
    text = re.sub(r"^python3 -c 'import base64.*\n\S+\n", "", user_data(machine), flags=re.MULTILINE)
    for service in machine.services:
        for part in (service.unit, service.parameter_path, service.log_group, str(service.port), *service.env.values()):
            assert part in text
    assert machine.release.id in text


@every_machine
def test_everything_comes_over_https(machine: Machine) -> None:
    found = re.findall(r"http://[^\"'\s/]*", user_data(machine))
    assert set(found) == {"http://127.0.0.1:$1"}


@every_machine
def test_the_machine_enters_service_last_and_only_when_every_step_went_well(machine: Machine) -> None:
    text = user_data(machine)
    assert "\nset -euo pipefail\n" in text.partition("\nstep ")[0]
    assert text.index("trap ended EXIT") < text.index("\nstep ")
    assert text.rstrip().endswith("slipway lifecycle launching CONTINUE")
    assert text.count("CONTINUE") == 1
    assert steps(text)[-2:] == ["health", "ready"]


def test_settings_come_before_the_migration_and_the_migration_before_the_services() -> None:
    found = steps(user_data(replace(ARCHIVE, services=(WEB,))))
    assert found == [
        *["programs", "logs and metrics", "users", "data volume", "release", "settings", "migration"],
        *["services", "health", "ready"],
    ]


def test_the_table_of_sessions_is_made_after_the_migration_and_before_the_services() -> None:
    text = user_data(KEEPER)
    made = text.index("systemctl daemon-reload\nsystemctl start slipway-sessions\nsystemctl enable --now shop-web ")
    assert text.index("step migration") < made
    assert "slipway-secret-age.timer slipway-sessions.timer\n" in text
    assert "slipway-sessions" not in user_data(LEAST)


def test_sessions_are_looked_after_as_the_service_s_user_without_a_secret_in_a_command_line() -> None:
    found = files(user_data(KEEPER))
    unit = found["/etc/systemd/system/slipway-sessions.service"].splitlines()
    assert "User=shop-web" in unit
    assert "EnvironmentFile=/run/shop-web/settings.env" in unit
    assert "ExecStart=/opt/shop-prod/current/bin/node /usr/local/lib/slipway/sessions.mjs" in unit
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(unit)
    assert "OnCalendar=hourly" in found["/etc/systemd/system/slipway-sessions.timer"]
    assert found["/usr/local/lib/slipway/sessions.mjs"] == session_keeper("session")


def test_a_machine_whose_image_brings_no_programs_gets_those_that_look_after_sessions() -> None:
    image = user_data(MACHINES["image with sessions and no migration"])
    assert "step 'Node.js 26.10.0'" in image
    assert "pg@8.23.1" in image


def test_sessions_of_a_service_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match="the service of sessions is jobs, which is not on this machine"):
        user_data(replace(KEEPER, sessions=Sessions("session", "jobs", ".")))


def test_without_volume_and_migration_there_are_no_such_steps() -> None:
    assert set(steps(user_data(LEAST))).isdisjoint({"data volume", "migration", f"Node.js {LEAST.node}"})


def test_an_archive_is_checked_before_it_is_unpacked() -> None:
    text = user_data(ARCHIVE)
    assert 0 < text.index("sha256sum --check") < text.index("tar --extract")
    assert f"echo '{'5a' * 32}  release'" in text


def test_an_archive_brings_all_that_runs_and_nothing_is_installed_besides() -> None:
    text = user_data(LEAST)
    assert "nodejs.org" not in text
    assert "npm install" not in text
    assert "apt-get" not in text
    unit = files(text)["/etc/systemd/system/shop-web.service"]
    assert "ExecStart=/opt/shop-prod/current/bin/node /opt/shop-prod/current/slipway/node_modules/pm2/" in unit


def test_a_commit_is_built_by_a_user_without_rights_and_then_belongs_to_root() -> None:
    text = user_data(GIT)
    assert text.index("SHASUMS256.txt | sha256sum --check --status") < text.index("tar --extract")
    assert f"build git fetch --quiet --depth 1 https://github.com/acme/shop.git {'0f' * 20}" in text
    assert f"build git checkout --quiet {'0f' * 20}" in text
    for command in ("git", "npm"):
        assert not re.search(rf"^{command} ", text, re.MULTILINE)
    assert text.index("npm prune") < text.index('chown -R root:root "$new"') < text.index("mv -T")


def test_every_folder_of_a_commit_is_built() -> None:
    assert re.findall(r'^cd "\$new"/(\S+)$', user_data(GIT), re.MULTILINE) == [".", "packages/socket"]


def test_an_image_is_had_by_digest_from_a_registry_that_knows_the_machine() -> None:
    text = user_data(IMAGE)
    assert "slipway registry-password 123456789012 | docker login --username AWS --password-stdin 1234" in text
    assert f"docker pull --quiet {IMAGE.release.image}" in text  # type: ignore[union-attr]  # it is an image
    assert "docker login" not in user_data(MACHINES["image without more"])


def test_a_container_has_no_rights_over_the_machine() -> None:
    unit = files(user_data(MACHINES["image with a volume"]))["/etc/systemd/system/shop-web.service"]
    (run,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    for flag in (
        "--read-only",
        "--init",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--log-driver journald",
    ):
        assert f" {flag} " in run
    assert "--privileged" not in run
    assert "--network host" not in run
    assert " --volume /srv/data:/srv/data " in run
    assert "--env-file /run/%N/names" in run


@pytest.mark.parametrize("machine", [ARCHIVE, GIT])
def test_a_service_has_no_rights_over_the_machine(machine: Machine) -> None:
    unit = files(user_data(machine))["/etc/systemd/system/shop-web.service"]
    for line in ("User=%N", "NoNewPrivileges=yes", "PrivateTmp=yes", "ProtectSystem=strict", "ProtectHome=yes"):
        assert f"\n{line}\n" in unit
    for line in ("Restart=always", "KillSignal=SIGINT", "LimitNOFILE=65536", "TimeoutStopSec=135"):
        assert f"\n{line}\n" in unit


def test_only_a_machine_with_a_volume_may_write_there() -> None:
    unit = "/etc/systemd/system/shop-web.service"
    assert "\nReadWritePaths=/srv/data\n" in files(user_data(ARCHIVE))[unit]
    assert "RequiresMountsFor=/srv/data\n" in files(user_data(ARCHIVE))[unit]
    assert "ReadWritePaths" not in files(user_data(LEAST))[unit]


def test_a_volume_is_formatted_only_when_it_is_certain_that_nothing_is_on_it() -> None:
    text = user_data(ARCHIVE)
    assert re.findall(r"^.*mkfs.*$", text, re.MULTILINE) == [
        '[ "$found" != 2 ] || mkfs.ext4 -q "$device" # 2: there is nothing on it; anything else is left as it is'
    ]
    assert "ext4 defaults,nofail 0 2" in text


@every_machine
def test_a_service_reads_its_settings_anew_at_each_start_and_nobody_else_does(machine: Machine) -> None:
    unit = files(user_data(machine))["/etc/systemd/system/shop-web.service"]
    assert re.search(
        r"^ExecStartPre=\+?/usr/bin/python3 /usr/local/lib/slipway/aws.py settings %N$", unit, re.MULTILINE
    )
    assert "\nEnvironmentFile=-/run/%N/settings.env\n" in unit


def test_the_machine_s_facts_are_json_with_the_port_and_the_authority() -> None:
    facts = json.loads(files(user_data(ARCHIVE))["/etc/slipway/machine.json"])
    assert facts["services"]["shop-socket"] == {
        "parameters": "/slipway/shop-prod/socket",
        "drain": 120,
        "max_secret_age_days": 30,
        "lengths": {"JWT_SECRET": 32, "SESSION_SECRET": 32},
        "env": {
            **SOCKET.env,
            "PORT": "3002",
            "NODE_EXTRA_CA_CERTS": "/opt/shop-prod/current/slipway/rds-ca.pem",
        },
    }
    assert facts["services"]["shop-web"]["max_secret_age_days"] == 90
    assert facts["namespace"] == "Slipway/shop-prod"
    assert "NODE_EXTRA_CA_CERTS" not in user_data(LEAST)


def test_the_authority_is_fetched_where_the_release_does_not_bring_it() -> None:
    address = "https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem"
    assert address in user_data(GIT)
    assert address not in user_data(ARCHIVE)
    assert "truststore" not in user_data(replace(GIT, database_ca=False))


def test_the_agent_ships_each_log_and_tells_memory_by_group_and_by_machine() -> None:
    text = user_data(ARCHIVE)
    base = "https://amazoncloudwatch-agent-eu-central-1.s3.eu-central-1.amazonaws.com/ubuntu/amd64/"
    assert f"fetch {base}1.300072.0b1766/amazon-cloudwatch-agent.deb\n" in text
    config = json.loads(files(text)["/etc/slipway/agent.json"])
    assert config["metrics"]["aggregation_dimensions"] == [
        ["AutoScalingGroupName"],
        ["AutoScalingGroupName", "InstanceId"],
    ]
    assert config["metrics"]["namespace"] == "CWAgent"
    assert config["metrics"]["metrics_collected"]["mem"]["measurement"] == ["mem_used_percent", "mem_used"]
    assert config["metrics"]["metrics_collected"]["disk"]["resources"] == ["/", "/srv/data"]
    logs = config["logs"]["logs_collected"]["files"]["collect_list"]
    assert {(log["file_path"], log["log_group_name"], log["log_stream_name"]) for log in logs} == {
        ("/var/log/slipway/shop-web.log", "/slipway/shop-prod/web", "{instance_id}"),
        ("/var/log/slipway/shop-socket.log", "/slipway/shop-prod/socket", "{instance_id}"),
        ("/var/log/slipway/boot.log", "/slipway/shop-prod/web", "{instance_id}-boot"),
    }


def test_the_agent_runs_before_anything_that_may_fail_so_that_the_reason_gets_away() -> None:
    assert steps(user_data(ARCHIVE))[:2] == ["programs", "logs and metrics"]


def test_logs_are_rotated() -> None:
    assert files(user_data(LEAST))["/etc/logrotate.d/slipway"].startswith("/var/log/slipway/*.log {\n  daily\n")


def test_the_program_that_a_machine_gets_is_python() -> None:
    assert ast.parse(files(user_data(LEAST))["/usr/local/lib/slipway/aws.py"], feature_version=(3, 8)).body


def test_only_a_machine_that_migrates_gets_the_runner() -> None:
    runner = "/usr/local/lib/slipway/migrate.mjs"
    assert runner in files(user_data(ARCHIVE))
    assert runner not in files(user_data(LEAST))
    assert f"--release {'5a' * 32} --wait 7200 -- npm run migrate\n" in user_data(ARCHIVE)


def test_a_machine_asks_for_more_time_while_a_migration_runs() -> None:
    before, _, after = user_data(ARCHIVE).partition("--release ")
    assert "while sleep 240; do slipway lifecycle launching HEARTBEAT || :; done &\nbeating=$!\n" in before
    assert 'kill "$beating" || :\n' in after
    assert "HEARTBEAT" not in user_data(LEAST)


def test_a_migration_of_a_service_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="the service of migration is jobs, which is not on this machine"):
        user_data(replace(ARCHIVE, migration=Migration("npm run migrate", "jobs", ".")))


def test_a_service_without_a_health_path_is_well_when_it_answers_at_all() -> None:
    text = user_data(replace(LEAST, services=(WEB, replace(SOCKET, health_path=None))))
    assert "healthy 3001/health 200\nhealthy 3002/ '[1-5]..'\n" in text


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=30))
def test_no_value_breaks_out_of_its_file(value: str) -> None:
    service = replace(WEB, env={"A": f"{value}\nEND_7f3a\n{value}"})
    text = user_data(replace(LEAST, services=(service,)))
    facts = json.loads(files(text)["/etc/slipway/machine.json"])
    assert facts["services"]["shop-web"]["env"]["A"] == service.env["A"]
    assert text.split("\n").count("END_7f3a") == user_data(LEAST).split("\n").count("END_7f3a")


def test_the_same_machine_has_the_same_script() -> None:
    assert user_data(ARCHIVE) == user_data(replace(ARCHIVE))
