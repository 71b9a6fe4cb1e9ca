"""What is said of secrets' values when a stack is planned with them: each fault at once, and never a value."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.stacks.forms import form
from tests.stacks.machines import parameters
from tests.stacks.project import MARK, ROOT, answers, folder, graph, write

if TYPE_CHECKING:
    from pathlib import Path

STACK = "orders-production"
VIDEO = "videochat-production"


def plan(answers_file: Path, stack: str, given: dict[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
    """The command, with these values of secrets."""
    told = {"invokes": answers(stack)["invokes"], "config": {f"secrets:{name}": text for name, text in given.items()}}
    answers_file.write_text(json.dumps(told))
    words = ["plan", stack, "--project", str(folder()), "--answers", str(answers_file), *flags]
    return subprocess.run(
        [sys.executable, "-m", "slipway", *words],
        cwd=folder(),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.json"


REMEDY = "run: pulumi config set --secret secrets:{}"


def test_every_wrong_value_is_told_at_once_with_its_remedy_and_without_the_value(file: Path) -> None:
    given = {
        "DATABASE_PASSWORD": "change-me",
        "REDIS_PASSWORD": f"{MARK}-short",
        "TURN_PASSWORD": f"{MARK}-line\n{MARK}-line",
        "TURN_URLS": "turn:turn.example.com:3478",
        "TURN_USERNAME": "your-turn-user",
    }
    ended = plan(file, VIDEO, given)
    assert ended.returncode == 1
    for message in (
        f"secrets:DATABASE_PASSWORD: given a placeholder; the real value is wanted; {REMEDY}",
        "secrets:REDIS_PASSWORD: given 13 characters; at least 16 characters are wanted, by ",
        f"secrets.REDIS_PASSWORD.min_length of the application; {REMEDY}",
        f"secrets:TURN_PASSWORD: given several lines or signs that do not print; one line is wanted; {REMEDY}",
        f"secrets:TURN_USERNAME: given a placeholder; the real value is wanted; {REMEDY}",
    ):
        (name,) = re.findall(r"secrets[:.]([A-Z_]+)", message)[:1]
        assert " ".join(message.format(name).split()) in " ".join(ended.stderr.split())
    assert "TURN_URLS" not in ended.stderr
    assert MARK not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_value_for_a_secret_that_is_generated_is_not_used_and_that_is_told(file: Path) -> None:
    ended = plan(file, STACK, {"DATABASE_PASSWORD": f"{MARK}-{'y' * 20}", "JWT_SECRET": f"{MARK}-{'x' * 40}"}, "--json")
    assert ended.returncode == 0
    said = " ".join(ended.stderr.split())
    assert "secrets:JWT_SECRET is set and not used: the stack generates it" in said
    assert MARK not in ended.stdout + ended.stderr


def test_a_length_counts_as_the_application_says(file: Path) -> None:
    enough = {"TURN_USERNAME": "abc", "TURN_URLS": "turn:a:1", "TURN_PASSWORD": "12345678"}
    ended = plan(file, VIDEO, {**enough, "TURN_USERNAME": "ab"})
    assert "secrets:TURN_USERNAME: given 2 characters; at least 3" in ended.stderr
    assert ended.stderr.count("characters are wanted") == 1


def test_a_secret_that_is_not_set_stops_no_plan_and_is_told(file: Path) -> None:
    ended = plan(file, STACK, {}, "--json")
    assert ended.returncode == 0
    assert [notice["subject"] for notice in json.loads(ended.stdout)["notices"]] == ["secrets:DATABASE_PASSWORD"]
    said = " ".join(ended.stderr.split())
    assert "the secret secrets:DATABASE_PASSWORD is not set: a placeholder stands in for it" in said
    assert "pulumi config set --secret secrets:DATABASE_PASSWORD" in said


def test_an_encrypted_secret_is_not_read_and_no_notice_is_given(file: Path) -> None:
    content = form("orders", "development")
    write("orders-encrypted", {**content, "secrets:DATABASE_PASSWORD": {"secure": "v1:b3JkZXJz:c2VjcmV0"}})
    ended = plan(file, "orders-encrypted", {}, "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["notices"] == []
    assert "v1:b3JkZXJz" not in ended.stdout


def test_an_optional_secret_that_is_not_set_is_no_variable(file: Path) -> None:
    needed = ("TURN_URLS", "TURN_USERNAME", "TURN_PASSWORD", "REDIS_PASSWORD", "DATABASE_PASSWORD")
    ended = plan(file, VIDEO, {name: f"{MARK}-{name}-0123456789" for name in needed}, "--json")
    document = json.loads(ended.stdout)
    assert document["notices"] == []
    assert MARK not in ended.stdout
    names = {each["name"].rpartition("-")[2] for each in document["resources"] if "ssm/parameter" in each["type"]}
    assert {"JWT_SECRET", "TURN_URLS"} <= names
    assert not {"SENTRY_DSN", "STRIPE_SECRET_KEY", "TURN_BACKUP_URLS"} & names
    assert {"SENTRY_DSN", "STRIPE_SECRET_KEY"} <= set(parameters(graph(VIDEO), "signal")), "there where it is set"
