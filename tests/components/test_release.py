"""What a single server is told to deploy, and what it takes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from components.server.programs.releasing import document, saying
from components.server.programs.releasing.saying import Failed
from components.server.programs.releasing.slots import env_text, secrets_in
from components.server.release import Archive, Deployment, ReleasedService, ReleaseMigration, Revision, Upload
from components.server.release_program import release_program, release_units, standard_input

SUM = "5a" * 32
SECRET = 'quo"te \\ and\nline'  # noqa: S105  # opens nothing
WEB = ReleasedService(
    name="web",
    directory=".",
    entry="src/server.js",
    number=0,
    processes="max",
    health_path="/health",
    drain_seconds=25,
    env={"NODE_ENV": "production"},
    secrets={"SESSION_SECRET": SECRET},
    min_secret_lengths={"SESSION_SECRET": 8},
)
DEPLOYMENT = Deployment(
    "orders",
    Archive("https://releases.example.com/1.tar.gz", SUM, "a token"),
    (WEB, replace(WEB, name="jobs", number=1)),
)


def read(deployment: Deployment, **changed: object) -> document.Document:
    return document.read(json.dumps({**json.loads(deployment.render()), **changed}))


def service(**changed: object) -> document.Document:
    return read(DEPLOYMENT, services=[{**json.loads(DEPLOYMENT.render())["services"][0], **changed}])


def test_what_is_written_is_what_the_server_reads() -> None:
    found = read(DEPLOYMENT)
    assert [found.app, found.id, found.token, found.keep] == ["orders", SUM, "a token", 5]
    web, jobs = found.services
    assert [web.unit, web.ports("blue")[0], web.ports("green")[0]] == ["orders-web", 20000, 20100]
    assert [jobs.unit, jobs.ports("blue")[0], jobs.ports("green")[0]] == ["orders-jobs", 20200, 20300]
    assert len(web.ports("blue")) >= 1
    assert web.secrets == {"SESSION_SECRET": SECRET}
    assert SECRET not in json.dumps(web.saved())


def test_a_process_is_started_anew_where_it_takes_more_memory_than_is_said() -> None:
    limited = replace(DEPLOYMENT, services=(replace(WEB, process_memory=192),))
    assert read(limited).services[0].pm2["max_memory_restart"] == "192M"
    assert "max_memory_restart" not in read(DEPLOYMENT).services[0].pm2
    assert read(limited).settings() != read(replace(DEPLOYMENT, services=(WEB,))).settings()


def test_the_digest_of_settings_follows_secrets_and_not_where_the_archive_lies() -> None:
    same = replace(DEPLOYMENT, release=Upload("orders.tar.gz", SUM), keep=9)
    other = replace(
        DEPLOYMENT, services=(replace(WEB, secrets={"SESSION_SECRET": "another one"}), DEPLOYMENT.services[1])
    )
    assert read(DEPLOYMENT).settings() == read(same).settings() != read(other).settings()
    assert read(same).id == read(DEPLOYMENT).id


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"app": "../etc"}, "app is not allowed to be '../etc'"),
        ({"release": {"kind": "archive", "url": "http://plain/", "sha256": SUM}}, "release.url is not allowed"),
        ({"release": {"kind": "archive", "url": "https://a/", "sha256": "1"}}, "release.sha256 is not allowed"),
        ({"release": {"kind": "file", "file": "../up", "sha256": SUM}}, "release.file is not allowed"),
        ({"release": {"kind": "git", "repository": "https://a:b@c/d", "revision": "5a" * 20}}, "release.repository"),
        ({"release": {"kind": "git", "repository": "https://c/d", "revision": "--upload-pack"}}, "release.revision"),
        ({"migration": {"command": ["x"], "unit": "root", "directory": ".", "postgres": False}}, "that of no service"),
        ({"migration": {"command": ["x"], "unit": "orders-web", "directory": "/", "postgres": False}}, "directory"),
        ({"services": [{}]}, "secrets is missing"),
        ({"release": {"kind": "image"}}, "image is missing"),
    ],
)
def test_a_document_that_would_reach_further_than_a_release_is_refused(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(Failed, match=re.escape(reason)):
        read(DEPLOYMENT, **changed)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"unit": "ssh"}, "web: its unit is orders-web"),
        ({"directory": "a/../../etc"}, "web.directory is not allowed"),
        ({"entry": "/etc/passwd"}, "web.entry is not allowed"),
        ({"port": 22}, "22 is no port"),
        ({"processes": 101}, "cannot have 101 processes"),
        ({"env": {"A B": "x"}}, "a variable's name is not allowed"),
        ({"env": {"A": "\0"}}, "A holds a sign"),
        ({"secrets": {"SESSION_SECRET": "short"}}, "SESSION_SECRET has 5 characters, and at least 8 are required"),
    ],
)
def test_a_service_that_would_reach_further_than_its_own_is_refused(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(Failed) as refused:
        service(**changed)
    assert reason in str(refused.value)
    assert "short" not in str(refused.value)


def test_a_migration_of_no_service_cannot_be_written() -> None:
    migration = ReleaseMigration("npm run migrate", "worker", ".", postgres=True)
    with pytest.raises(ValueError, match="worker is no service of this server"):
        replace(DEPLOYMENT, migration=migration).render()


def test_a_revision_is_named_by_its_digits_and_its_token_is_apart() -> None:
    told = json.loads(replace(DEPLOYMENT, release=Revision("https://c.example/d", "5a" * 20, "t0ken")).render())
    assert told["token"] == "t0ken"  # noqa: S105
    assert "t0ken" not in json.dumps(told["release"])


def test_variables_are_read_back_as_they_were_written() -> None:
    text = env_text(read(DEPLOYMENT).services[0])
    assert secrets_in(text) == [SECRET]
    assert text.startswith('NODE_ENV="production"\n# Secret:\n')


def test_a_secret_is_not_said_in_any_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "_hidden", [])
    saying.hide("postgres://app:p%40ss%2Fword@db/orders", "two words", "")
    said = "p@ss/word p%40ss%2Fword two%20words two words postgres://app:p%40ss%2Fword@db/orders app"
    assert saying.clean(said) == "*** *** *** *** *** app"


def test_what_a_server_is_made_with_is_small_and_holds_nothing_of_a_release() -> None:
    made = release_program() | release_units("orders", {"web": 25}, data_path="/mnt/data")
    assert sum(map(len, made.values())) < 4000
    assert made["/usr/local/lib/slipway/release.py"].startswith("#!/usr/bin/python3\n")
    assert SECRET not in json.dumps(made)
    assert json.loads(standard_input(DEPLOYMENT).split("\n")[1]) == json.loads(DEPLOYMENT.render())
    unit = made["/etc/systemd/system/orders-web@.service"]
    assert "TimeoutStopSec=40\n" in unit
    assert "ReadWritePaths=/mnt/data\n" in unit
