"""What the engine is asked, and with which environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.cli import EngineError
from slipway.engine.results import PreviewResult, Step
from slipway.gate import engine as module
from slipway.gate.engine import Engine
from slipway.gate.running import Mark
from slipway.gate.supervision import Ended, Limits
from slipway.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PETS = Path(__file__).resolve().parents[1] / "engine" / "programs" / "pets"
Asked = list[tuple[list[str], dict[str, str], float]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """What an engine is asked that answers nothing."""
    seen: Asked = []

    def supervise(
        command: Sequence[str], _folder: Path, environment: Mapping[str, str], limits: Limits, **_: object
    ) -> Ended:
        seen.append((list(command), dict(environment), limits.seconds))
        return Ended(exit_code=0, stdout="{}", stderr="")

    pulumi = tmp_path / "pulumi"
    pulumi.write_text("#!/bin/sh\n")
    pulumi.chmod(0o755)
    monkeypatch.setenv("SLIPWAY_PULUMI", str(pulumi))
    monkeypatch.setattr(module, "supervise", supervise)
    return seen


def engine(**fields: object) -> Engine:
    given: dict[str, object] = {"project": Project.find(PETS), "stack": "dev", "limits": Limits(seconds=9000, grace=9)}
    return Engine(**{**given, **fields})  # type: ignore[arg-type]  # a test's own choice of fields


def test_a_stack_of_an_organization_is_named_with_its_owner(asked: Asked) -> None:
    engine(organization="acme").preview()
    command = asked[0][0]
    assert command[command.index("--stack") + 1] == "acme/dev"


def test_an_engine_that_leaves_no_answer_has_previewed_nothing(asked: Asked) -> None:
    ended, result = engine().preview()
    assert (len(asked), ended.exit_code, result.ok) == (1, 0, False)


def test_a_preview_never_takes_as_long_as_a_deployment_may(asked: Asked) -> None:
    engine().preview()
    engine(limits=Limits(seconds=5, grace=9)).preview()
    engine(preview_seconds=3600).preview()
    assert [seconds for _, _, seconds in asked] == [module.PREVIEW_SECONDS, 5, 3600]


def test_a_variable_that_a_pipeline_left_empty_is_not_set(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///somewhere")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")  # a passphrase may be empty
    engine().preview()
    environment = asked[0][1]
    assert "PULUMI_ACCESS_TOKEN" not in environment
    assert (environment["PULUMI_BACKEND_URL"], environment["PULUMI_CONFIG_PASSPHRASE"]) == ("file:///somewhere", "")


def test_an_engine_without_a_language_host_finds_ours(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    engine().preview()
    assert asked[0][1]["PATH"].endswith("/tools/language_host")
    beside = Path(asked[0][0][0]).with_name("pulumi-language-python")
    beside.write_text("")
    engine().preview()
    assert asked[1][1]["PATH"] == "/usr/bin:/bin"


def test_a_preview_tells_what_stays_and_what_comes_first(asked: Asked) -> None:
    engine().preview()
    assert {"--show-sames", "--show-replacement-steps"} < set(asked[0][0])


def test_who_goes_back_has_the_engine_look_first_and_leaves_a_message(asked: Asked, tmp_path: Path) -> None:
    back = engine(refresh=True, message="Roll back")
    back.preview()
    back.up(Mark(tmp_path))
    engine().preview()
    engine().up(Mark(tmp_path))
    commands = [command for command, _, _ in asked]
    assert ["--refresh" in command for command in commands] == [True, True, False, False]
    assert ["--message" in command for command in commands] == [False, True, False, False]
    assert commands[1][commands[1].index("--message") + 1] == "Roll back"


def test_that_something_was_looked_at_is_no_step(monkeypatch: pytest.MonkeyPatch, asked: Asked) -> None:
    steps = (Step("refresh", "urn:a"), Step("same", "urn:a"), Step("update", "urn:b"))
    monkeypatch.setattr(PreviewResult, "read", lambda *_: PreviewResult(0, "{}", "", steps=steps))
    assert [step.op for step in engine(refresh=True).preview()[1].steps] == ["same", "update"]
    assert len(asked) == 1


def history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> list[Any]:
    """What the backend tells through a CLI that is this script."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"#!/bin/sh\n{script}\n")
    pulumi.chmod(0o755)
    monkeypatch.setenv("SLIPWAY_PULUMI", str(pulumi))
    return list(engine(organization="acme").history())


def test_all_pages_of_the_records_are_read_until_an_empty_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "asked"
    script = f"""echo "$*" >> {told}
    case "$*" in *"--page 1 "*) echo '[{{"kind": "update"}}]';; *"--page 2 "*) echo '[{{}}]';; *) echo '[]';; esac"""
    assert history(monkeypatch, tmp_path, script) == [{"kind": "update"}, {}]
    lines = told.read_text().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("stack history --json --full-dates --page-size 50 --page 1 --stack acme/dev ")
    assert "--show-secrets" not in told.read_text()


@pytest.mark.parametrize("script", ["echo no such stack >&2; exit 6", "echo not JSON"])
def test_records_that_cannot_be_read_are_an_error_of_the_engine_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    with pytest.raises(EngineError, match=r"no such stack|printed no JSON"):
        history(monkeypatch, tmp_path, script)


def test_the_cli_is_looked_for_once(asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    looked: list[str] = []

    def find_cli() -> Path:
        looked.append("once")
        return tmp_path / "pulumi"

    monkeypatch.setattr(module, "find_cli", find_cli)
    gated = engine()
    gated.preview()
    gated.preview()
    assert (len(asked), looked) == (2, ["once"])
