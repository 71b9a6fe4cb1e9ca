"""Images from the Dockerfile that `slipway render` writes: built for real, and run as tasks run them."""

from __future__ import annotations

import http.client
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.images.conftest import CERTIFICATE, MARK, REVISION, sha256
from tests.images.container import Container, run
from tests.images.settings import WEB
from tests.machines.ports import free_port, listens
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.images.builder import Image
    from tests.images.conftest import Workshop

MANAGERS = ("npm", "pnpm", "yarn", "yarn-berry")
COMMAND = ("node", "--enable-source-maps", "dist/index.js")  # as the task has it
NEWER = '{"name": "greeting", "version": "1.0.0", "dependencies": {"ms": "2.1.2"}}'
# As ECS has an init process of its own before the image's.
BY_ITSELF_OR_UNDER_ANOTHER_INIT = pytest.mark.parametrize(
    "before", [(), ("/usr/bin/tini", "--")], ids=["by itself", "under another init process"]
)


@contextmanager
def asked(port: int, path: str) -> Iterator[http.client.HTTPResponse]:
    """The answer, as soon as its head has come."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Connection": "close"})
        with connection.getresponse() as answer:
            yield answer


@contextmanager
def serving(image: Image, *before: str) -> Iterator[tuple[Container, int]]:
    """The service in a container, as soon as it listens, and its port."""
    port = free_port()
    with Container(image, COMMAND, {"PORT": str(port)}, before=before) as container:
        assert wait_for(lambda: listens(port)), container.said()
        yield container, port


# -- whatever package manager a team has


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_service_of_a_workspace_runs_from_files_that_it_cannot_change(
    image_of: Callable[[str], Image], manager: str
) -> None:
    with serving(image_of(manager)) as (_, port), asked(port, "/health") as answer:
        assert (answer.status, answer.read()) == (200, b"up for 1s")


@pytest.mark.parametrize("manager", MANAGERS)
def test_only_packages_for_production_are_in_it(image_of: Callable[[str], Image], manager: str) -> None:
    app = image_of(manager).root / "app"
    found = {folder.name for folder in app.rglob("node_modules/*")}
    assert "ms" in found, "greeting needs it"
    assert found & {"he", "escape-html", "picocolors", ".cache"} == set()


@pytest.mark.parametrize("manager", MANAGERS)
def test_its_user_can_read_every_file_of_the_application_and_change_none(
    image_of: Callable[[str], Image], manager: str
) -> None:
    image = image_of(manager)
    for file in (image.root / "app", *(image.root / "app").rglob("*")):
        found = file.lstat()
        assert (found.st_uid, found.st_gid) == (0, 0), file
        wanted = 0o5 if file.is_dir() else 0o4
        assert file.is_symlink() or (found.st_mode & 0o022 == 0 and found.st_mode & wanted == wanted), file
    assert image.config["User"] == "1000:1000"


@pytest.mark.parametrize("manager", MANAGERS)
def test_nothing_that_lies_about_where_it_is_built_gets_into_it(image_of: Callable[[str], Image], manager: str) -> None:
    image = image_of(manager)
    holding = [
        file
        for folder in ("app", "root", "home", "tmp", "run", "etc")
        for file in (image.root / folder).rglob("*")
        if file.is_file() and not file.is_symlink() and MARK.encode() in file.read_bytes()
    ]
    assert holding == []
    assert MARK not in str(image.config)
    assert not (image.root / "app" / ".git").exists()


# -- how it runs


def test_the_migration_of_a_release_runs_with_npm(image_of: Callable[[str], Image]) -> None:
    code, said = run(image_of("npm"), "npm", "run", "migrate")
    assert (code, "migrated: up for 1s" in said) == (0, True), said


@BY_ITSELF_OR_UNDER_ANOTHER_INIT
def test_on_sigterm_requests_are_answered_before_it_ends(
    image_of: Callable[[str], Image], before: tuple[str, ...]
) -> None:
    with serving(image_of("npm"), *before) as (container, port):
        with asked(port, "/slow") as answer:
            assert container.end() == 0
            assert answer.read() == b"at last"
        assert container.said() == "drained\n"


@BY_ITSELF_OR_UNDER_ANOTHER_INIT
def test_processes_that_the_service_leaves_are_cleared_up(
    image_of: Callable[[str], Image], before: tuple[str, ...]
) -> None:
    with serving(image_of("npm"), *before) as (container, port):
        with asked(port, "/orphan") as answer:
            orphan = int(answer.read())
        assert wait_for(lambda: orphan not in container.processes())


def test_it_is_asked_whether_it_is_well_every_30_seconds_without_curl(image_of: Callable[[str], Image]) -> None:
    image = image_of("npm")
    check = image.config["Healthcheck"]
    how = {key: check[key] // 10**9 for key in ("Interval", "Timeout", "StartPeriod")}
    assert (how, check["Retries"]) == ({"Interval": 30, "Timeout": 5, "StartPeriod": 10}, 3)
    kind, *command = check["Test"]
    assert (kind, command[0]) == ("CMD", "node")
    with serving(image) as (_, port):
        assert run(image, *command, PORT=str(port)) == (0, "")
    # The service has ended.
    code, _ = run(image, *command, PORT=str(port))
    assert code == 1


def test_it_starts_in_the_folder_of_its_service_and_says_what_it_is_made_from(
    image_of: Callable[[str], Image], workshop: Workshop
) -> None:
    config = image_of("npm").config
    assert (config["WorkingDir"], tuple(config["Cmd"])) == ("/app/services/web", COMMAND)
    assert {"NODE_ENV=production", f"PORT={WEB['port']}"} <= set(config["Env"])
    labels = {key.rpartition(".")[2]: text for key, text in config["Labels"].items()}
    assert (labels["title"], labels["revision"]) == ("shop", REVISION)
    assert labels["name"] == f"docker.io/library/node:{workshop.version}-trixie-slim"


# -- what it is built from


def test_certificates_of_the_database_lie_where_tasks_look_for_them(image_of: Callable[[str], Image]) -> None:
    file = image_of("npm").root / "etc/slipway/rds-ca.pem"
    assert (file.read_text(), file.stat().st_mode & 0o777) == (CERTIFICATE, 0o644)
    assert not (image_of("pnpm").root / "etc/slipway").exists(), "it has no database of Amazon's"


@pytest.mark.parametrize(
    ("pins", "served", "message"),
    [
        ({"database_ca": sha256("others")}, CERTIFICATE, "Amazon's certificates have changed"),
        ({}, "<html>no such page</html>", "what RDS's trust store served is no certificate"),
    ],
    ids=["other certificates", "no certificate"],
)
def test_certificates_that_are_not_the_pinned_ones_or_none_at_all_end_the_build(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, pins: dict[str, str], served: str, message: str
) -> None:
    monkeypatch.setattr(workshop.trust_store, "text", served)
    context = workshop.context(workshop.stack("npm", **pins), "npm")
    done = workshop.builder.build(context, "--target=rds_certificates", environment=workshop.trust_store.environment)
    assert done.returncode != 0
    assert message in done.stderr


def test_a_digest_that_belongs_to_another_version_ends_the_build(workshop: Workshop) -> None:
    stack = workshop.stack("npm", node=workshop.builder.digest)
    context = workshop.context(stack, "npm")
    file = context / "Dockerfile"
    file.write_text(file.read_text().replace(f"= v{workshop.version} ]", "= v26.10.1 ]"))
    done = workshop.builder.build(context, "--target=node_base")
    assert done.returncode != 0
    assert "runtime.image.node is the digest of another version" in done.stderr


def test_a_base_image_with_another_digest_is_not_taken(workshop: Workshop) -> None:
    context = workshop.context(workshop.stack("npm", node=f"sha256:{'0' * 64}"), "npm")
    assert workshop.builder.build(context, "--target=node_base").returncode != 0


@pytest.mark.parametrize(
    ("manager", "change", "message"),
    [
        ("npm", {"package-lock.json": None}, "package-lock.json is missing: commit it"),
        ("npm", {"packages/greeting/package.json": NEWER}, "package.json and package-lock.json"),
        ("npm", {"services/web/build.js": ""}, "services/web/dist/index.js is not there after the build"),
        ("pnpm", {"package.json": '{"name":"shop","version":"1.0.0"}'}, "has no packageManager, as in pnpm@1.2.3"),
    ],
    ids=["no lock file", "a lock file of other packages", "no built file", "no packageManager"],
)
def test_what_cannot_become_an_image_ends_the_build_with_a_reason(
    workshop: Workshop, manager: str, change: dict[str, str | None], message: str
) -> None:
    context = workshop.context(workshop.stack(manager), manager)
    for name, text in change.items():
        (context / name).write_text(text) if text is not None else (context / name).unlink()
    done = workshop.builder.build(context, "--target=app_build")
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
