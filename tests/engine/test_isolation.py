"""What an engine is given, and where it is found."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.environment import offline_environment
from slipway.engine.locate import MissingCliError, find_cli
from slipway.engine.plugins import write_plugins
from slipway.simulated.sdk import Sdk

if TYPE_CHECKING:
    from collections.abc import Callable

CREDENTIALS = (
    "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "aws_session_token", "CLOUDFLARE_API_TOKEN", "DATABASE_PASSWORD", "DOCKER_HOST",
    "GH_TOKEN", "GITHUB_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS", "HTTPS_PROXY", "KUBECONFIG", "NPM_CONFIG_TOKEN",
    "PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE", "SSH_AUTH_SOCK", "STRIPE_SECRET",
)  # fmt: skip


def program(file: Path, text: str = "#!/bin/sh\necho v3.258.0\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any CLI; the folder of its cache."""
    for name in ("SLIPWAY_PULUMI", "PULUMI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("SLIPWAY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pulumi"


@pytest.mark.parametrize("name", CREDENTIALS)
def test_no_credential_is_inherited(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(name, "reaches something real")

    assert "reaches something real" not in offline_environment(tmp_path, {}).values()


def test_the_home_folder_is_not_the_users_and_other_settings_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOP_COLOUR", "green")
    environment = offline_environment(tmp_path, {"PULUMI_HOME": "ours"})

    assert environment["HOME"] == str(tmp_path)
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environment["SHOP_COLOUR"] == "green"
    assert environment["PULUMI_HOME"] == "ours"


@pytest.mark.usefixtures("nowhere")
def test_a_machine_without_the_cli_is_told_how_to_get_it() -> None:
    with pytest.raises(MissingCliError, match=r"none on PATH, none in .*Run tools/install-pulumi"):
        find_cli()


def test_the_newest_cli_of_the_cache_is_taken_and_no_older_one_than_was_rehearsed(nowhere: Path) -> None:
    for version in ("3.99.0", "3.258.0", "3.1000.0"):
        program(nowhere / version / "bin" / "pulumi")
    assert find_cli() == nowhere / "3.1000.0" / "bin" / "pulumi"

    (nowhere / "3.1000.0" / "bin" / "pulumi").unlink()
    (nowhere / "3.258.0" / "bin" / "pulumi").unlink()
    with pytest.raises(MissingCliError):
        find_cli()


def test_the_cli_on_path_comes_before_the_cache_unless_it_is_too_old(nowhere: Path, tmp_path: Path) -> None:
    cached = program(nowhere / "3.258.0" / "bin" / "pulumi")
    assert find_cli() == cached

    on_path = program(tmp_path / "bin" / "pulumi", "#!/bin/sh\necho v3.300.1\n")
    assert find_cli() == on_path

    program(on_path, "#!/bin/sh\necho v3.100.0\n")
    assert find_cli() == cached


def test_a_chosen_cli_that_is_none_is_not_passed_over(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(nowhere / "3.258.0" / "bin" / "pulumi")
    monkeypatch.setenv("PULUMI", "/nowhere/pulumi")

    with pytest.raises(MissingCliError, match="PULUMI=/nowhere/pulumi: not a program"):
        find_cli()


def test_our_language_host_serves_only_a_cli_that_came_without_one(tmp_path: Path) -> None:
    bare, full = program(tmp_path / "bare" / "pulumi"), program(tmp_path / "full" / "pulumi")
    program(full.parent / "pulumi-language-python")
    program(full.parent / "pulumi-resource-pulumi-python")
    sdk = Sdk("aws", "7.51.1", tmp_path)

    write_plugins(tmp_path / "of-bare", [sdk], bare)
    write_plugins(tmp_path / "of-full", [sdk], full)

    names = {"language-python-v0.1.0", "resource-pulumi-python-v0.1.0", "resource-aws-v7.51.1"}
    assert {folder.name for folder in (tmp_path / "of-bare").iterdir()} == names
    assert {folder.name for folder in (tmp_path / "of-full").iterdir()} == {"resource-aws-v7.51.1"}


@pytest.fixture
def simulated_pulumi(pulumi_cli: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command for people, in a project."""
    project = tmp_path / "project"
    (project / "below").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (project / "__main__.py").write_text("import pulumi\npulumi.export('a', pulumi.Config().get('a'))\n")
    (project / "Pulumi.dev.yaml").write_text("config: {small:a: from the file}\n")
    tool = Path(__file__).parents[2] / "tools" / "simulated-pulumi"

    def call(*command: str, faults: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SLIPWAY_PULUMI": str(pulumi_cli)}
        wrong = ["--faults", str(faults)] if faults else []
        return subprocess.run(
            [tool, "--state", str(tmp_path / "state"), *wrong, "--", *command],
            cwd=project / "below", env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return call


def test_a_person_runs_pulumi_against_the_simulation_and_the_project_stays_as_it_is(
    simulated_pulumi: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    deployed = simulated_pulumi("up", "--stack", "dev", "--yes", "--skip-preview")
    asked = simulated_pulumi("stack", "output", "--stack", "dev", "a")

    assert deployed.returncode == 0, deployed.stderr
    assert "no account is touched" in deployed.stderr
    assert asked.stdout.strip() == "from the file"
    files = {file.name for file in (tmp_path / "project").rglob("*") if file.is_file() and file.suffix != ".pyc"}
    assert files == {"Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml"}
    assert (tmp_path / "project" / "Pulumi.dev.yaml").read_text() == "config: {small:a: from the file}\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["config", "set", "a", "b"], "config set: not in a simulation"),
        (["stack", "rm", "dev", "--yes"], "stack rm: not in a simulation"),
        (["login"], "login: not in a simulation"),
        (["preview"], "preview: say which stack: --stack NAME. Stack files here: dev."),
    ],
)
def test_what_would_change_the_project_or_needs_an_account_is_refused(
    simulated_pulumi: Callable[..., subprocess.CompletedProcess[str]], command: list[str], message: str
) -> None:
    refused = simulated_pulumi(*command)

    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_person_lets_one_command_fail_and_not_the_next(
    simulated_pulumi: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    program = "import pulumi\npulumi.CustomResource('random:index/randomPet:RandomPet', 'pet', {'length': 2})\n"
    (tmp_path / "project" / "__main__.py").write_text(program)
    faults = tmp_path / "faults.yaml"
    faults.write_text("- {kind: fail, type: 'random:*', times: 0, message: no pets today}\n")
    deploy = ("up", "--stack", "dev", "--yes", "--skip-preview")

    failed = simulated_pulumi(*deploy, faults=faults)
    deployed = simulated_pulumi(*deploy)

    assert failed.returncode != 0
    assert "no pets today" in failed.stdout
    assert deployed.returncode == 0, deployed.stdout
    faults.write_text("- {kind: boom}\n")
    refused = simulated_pulumi(*deploy, faults=faults)
    assert refused.returncode == 2
    assert "[0]: kind: given 'boom'; allowed: fail" in refused.stderr
    assert "Traceback" not in refused.stderr
