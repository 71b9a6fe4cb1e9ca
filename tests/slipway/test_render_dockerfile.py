"""What the Dockerfile says, beside what tests/images sees of the images that it makes: it fits the stack's plan."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from components.aws import containers
from plan.model import Unknown
from slipway.render.dockerfile import dockerfile, dockerfile_notes, dockerignore
from slipway.render.files import Rendered, left_over
from slipway.render.rendering import rendering
from stacks.aws_task_variables import DATABASE_CA
from tests.images.settings import EACH, JOBS, WEB, settings
from tests.policies.scanner.checkov import dockerfile_checks
from tests.stacks.project import graph, planned
from tests.stacks.project import settings as settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ON_AN_ENGINE = "orders-local"
DIGEST = f"sha256:{'5a' * 32}"
SUM = "b7" * 32
PINNED = {"image": {"node": DIGEST, "database_ca": SUM}}
MANAGED = {"redis": {"kind": "none"}, "postgres": {"kind": "managed"}}
MANAGERS = ("npm", "pnpm", "yarn")
ADD_FOR_COPY = "CKV_DOCKER_4"  # COPY fetches nothing from an address, such as Amazon's certificates
# A service of its own port, and several with images of their own.
TASKS = ("drops-production-tasks", "orders-jobs-tasks")


def instructions(text: str) -> list[list[tuple[str, str]]]:
    """The instructions of each stage, each with what follows it, in one line."""
    whole = re.sub(r"\\\n", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = [tuple(line.split(" ", 1)) for line in whole.splitlines() if line]
    starts = [number for number, line in enumerate(lines) if line[0] == "FROM"]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]  # type: ignore[misc]  # split in two


def last(text: str, name: str) -> list[tuple[str, str]]:
    """The instructions of the last stage, or of the one of this name."""
    named = [stage for stage in instructions(text) if stage[0][1].endswith(f" AS {name}")]
    return (named or instructions(text)[-1:])[0]


def made(folder: Path, **given: Any) -> str:  # Any: parts of a file
    given.setdefault("runtime", PINNED)
    return str(dockerfile(settings(folder, **given)))


# -- the plan of its stack


@pytest.mark.parametrize("stack", TASKS)
def test_an_image_starts_and_is_asked_as_the_tasks_of_its_service_are(stack: str) -> None:
    text = str(dockerfile(settings_of(stack)))
    definitions = [each.inputs for each in graph(stack).of_type("aws:ecs/taskDefinition:TaskDefinition")]
    assert definitions
    for definition in definitions:
        described = definition["containerDefinitions"]
        _, service = json.loads(described.text if isinstance(described, Unknown) else str(described))
        stage = dict(last(text, service["name"]))
        assert json.loads(stage["CMD"]) == service["command"]
        assert stage["EXPOSE"] == str(service["portMappings"][0]["containerPort"])
        assert stage["ENV"].endswith(f"PORT={stage['EXPOSE']}")
        if "healthCheck" in service:
            path = re.search(r"127\.0\.0\.1:\d+([^\"]*)", service["healthCheck"]["command"][-1])
            assert path
            assert f'process.env.PORT + \\"{path[1]}\\"' in stage["HEALTHCHECK"]
        else:
            assert "HEALTHCHECK" not in stage


def test_it_is_asked_as_often_as_tasks_are_at_most(tmp_path: Path) -> None:
    check = dict(last(made(tmp_path), ""))["HEALTHCHECK"]
    figures = (containers.INTERVAL, containers.TIMEOUT, containers._START, containers._RETRIES)
    assert re.findall(r"=(\d+)", check)[:4] == [str(figure) for figure in figures]


def test_its_user_and_its_certificates_are_those_of_tasks(tmp_path: Path) -> None:
    stage = last(made(tmp_path, data=MANAGED), "")
    assert ("USER", containers.USER) in stage
    assert ("COPY", f"--from=rds_certificates --chmod=644 /rds-ca.pem {DATABASE_CA}") in stage


def test_a_topology_with_containers_has_both_files_and_one_without_has_none() -> None:
    for stack, wanted in (("orders-jobs-tasks", {"Dockerfile", ".dockerignore"}), ("orders-dev", set())):
        done = rendering(planned(stack).plan, settings_of(stack))
        files = {file.path: file for file in done.files}
        assert {"Dockerfile", ".dockerignore"} & set(files) == wanted
        assert ("build-release.sh" in files) == (not wanted)
        assert all(files[name].origin == f"config/Pulumi.{stack}.yaml" for name in wanted)
        pinning = [note for note in done.notes if note.startswith("Dockerfile: its base image is not pinned")]
        assert len(pinning) == (1 if wanted else 0)
        assert not any("build-release.sh is left out" in note for note in done.notes)


def test_the_files_of_an_earlier_rendering_are_named(tmp_path: Path) -> None:
    for name in ("Dockerfile", ".dockerignore"):
        (tmp_path / name).touch()
    assert list(left_over(tmp_path, [Rendered("Dockerfile", "", "plan")])) == [str(tmp_path / ".dockerignore")]


# -- one image, or one for each


def test_images_of_their_own_share_a_build_and_differ_in_what_their_services_do(tmp_path: Path) -> None:
    text = made(tmp_path, services={"web": WEB, "jobs": JOBS}, release=EACH)
    web, jobs = dict(last(text, "web")), dict(last(text, "jobs"))
    assert web["FROM"].startswith("app_image ")
    assert (web["WORKDIR"], jobs["WORKDIR"]) == ("/app/services/web", "/app/packages/greeting")
    assert (web["EXPOSE"], jobs["EXPOSE"]) == ("3001", "8080"), "80 is for those with rights"
    assert "HEALTHCHECK" not in jobs, "nobody knows its path"
    assert "--target web --tag shop-web ." in text


def test_one_image_for_services_that_differ_leaves_to_tasks_what_they_do(tmp_path: Path) -> None:
    jobs = {**JOBS, "directory": WEB["directory"], "health_path": "/alive"}
    stage = dict(last(made(tmp_path, services={"web": WEB, "jobs": jobs}), ""))
    assert stage["WORKDIR"] == "/app/services/web"
    assert {"HEALTHCHECK", "EXPOSE"} & set(stage) == set()
    assert json.loads(stage["CMD"]) == ["node", "--version"]


# -- what it is made from


def test_the_base_image_is_the_exact_version_by_its_digest(tmp_path: Path) -> None:
    text = made(tmp_path, data=MANAGED)
    assert instructions(text)[0][0] == ("FROM", f"node:26.10.0-trixie-slim@{DIGEST} AS node_base")
    assert SUM in text
    assert "NOT PINNED" not in text
    assert dockerfile_notes(settings(tmp_path, PINNED, data=MANAGED)) == []


def test_what_is_not_pinned_is_said_in_the_file_and_to_whoever_renders_it(tmp_path: Path) -> None:
    stack = settings(tmp_path, {}, data=MANAGED)
    text = str(dockerfile(stack))
    assert instructions(text)[0][0] == ("FROM", "node:26.10.0-trixie-slim AS node_base")
    assert text.count("# NOT PINNED") == 2
    base, certificates = dockerfile_notes(stack)
    assert "docker buildx imagetools inspect node:26.10.0-trixie-slim" in base
    assert 'config/apps/shop.yaml as runtime: {image: {node: "sha256:…"}}' in base
    assert 'runtime: {image: {database_ca: "…"}}' in certificates


def test_build_arguments_are_what_anybody_may_read_and_no_secret_has_a_name_in_it() -> None:
    stack = settings_of("orders-jobs-tasks")
    text = str(dockerfile(stack))
    arguments = {what.partition("=")[0] for stage in instructions(text) for name, what in stage if name == "ARG"}
    assert arguments == {"REVISION", "SOURCE"}
    assert [name for name in stack.application.secrets if name in text + str(dockerignore(stack))] == []


def test_a_migration_by_a_program_that_no_image_has_is_told(tmp_path: Path) -> None:
    data = {"redis": {"kind": "none"}, "postgres": {"kind": "managed"}}
    stack = settings(
        tmp_path,
        PINNED,
        {"web": {**WEB, "derived": {"DATABASE_URL": "postgres.url"}}},
        data=data,
        migrations={"command": "pnpm run migrate", "service": "web"},
    )
    (note,) = dockerfile_notes(stack)
    assert note == (
        "migrations.command of shop begins with pnpm, which no image has; npm is in the image and runs the same"
        " scripts: write npm run …"
    )


# -- those who know Dockerfiles and shells


@pytest.mark.parametrize("packages", MANAGERS)
def test_every_command_is_sound_shell(packages: str, tmp_path: Path, require_program: Callable[[str], Path]) -> None:
    text = made(tmp_path, runtime={**PINNED, "packages": packages}, data=MANAGED)
    commands = [what for stage in instructions(text) for name, what in stage if name == "RUN"]
    assert len(commands) > 6
    script = "\n".join(["#!/bin/sh", *(f"( {re.sub(r'--mount=[^ ]+ *', '', what)} )" for what in commands)])
    # A list of folders may have one item, and the name of none has a space.
    command = [str(require_program("shellcheck")), "--exclude=SC2013,SC2043", "-"]
    ran = subprocess.run(command, input=script, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stdout


def test_a_scanner_that_knows_nothing_of_us_finds_no_fault_in_it(tmp_path: Path) -> None:
    text = made(tmp_path, services={"web": WEB, "jobs": {**JOBS, "health_path": "/alive"}}, release=EACH, data=MANAGED)
    passed, failed = dockerfile_checks(text, tmp_path)
    assert failed == {ADD_FOR_COPY}
    assert len(passed) > 20


def test_an_image_for_a_server_is_built_for_its_processors() -> None:
    own = settings_of("drops-containers")
    text = dockerfile(own)
    assert text is not None
    assert "--platform linux/amd64" in text.partition("\nFROM ")[0]
    assert dockerignore(own)
    (env,) = [each for each in rendering(planned("drops-containers").plan, own).files if each.path == ".env.example"]
    assert "\nHOST=" not in env.content, "in a container it listens on all addresses"


def test_an_image_for_an_engine_of_ones_own_is_built_for_its_machine() -> None:
    own = settings_of(ON_AN_ENGINE)
    text = dockerfile(own)
    assert text is not None
    assert "--platform" not in text.partition("\nFROM ")[0], "the engine's machine is the one that builds"
    assert dockerignore(own)
    made = rendering(planned(ON_AN_ENGINE).plan, own)
    assert {"Dockerfile", ".dockerignore", ".env.example"} <= {file.path for file in made.files}
