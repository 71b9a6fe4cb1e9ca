"""What the engine is asked, and with which environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.gate import engine as module
from slipway.gate.engine import Engine
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
