"""Programs of every kind run as with the official language host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.workspace import Workspace

if TYPE_CHECKING:
    import pytest

    from slipway.engine.results import PreviewResult

PROGRAMS = Path(__file__).parent / "programs"


def preview(program: Path, pulumi: Path) -> PreviewResult:
    with Workspace(program, pulumi=pulumi) as workspace:
        return workspace.preview("dev")


def test_a_program_that_raises_shows_its_own_trace_once_and_nothing_of_ours(pulumi_cli: Path) -> None:
    result = preview(PROGRAMS / "raises", pulumi_cli)

    assert result.exit_code == 1
    assert result.errors.count("ValueError: the shelf is empty") == 1
    assert "in open_shelf" in result.errors
    assert "Program failed with an unhandled exception" in result.errors
    assert not {"runner.py", "runpy", "site-packages"} & set(result.errors.replace("/", " ").replace('"', " ").split())


def test_a_program_may_end_itself_well(pulumi_cli: Path) -> None:
    result = preview(PROGRAMS / "exits-well", pulumi_cli)

    assert result.ok, result.errors
    assert result.stack_outputs == {"before": 1}


def test_a_program_that_ends_itself_with_a_code_fails_with_that_code(pulumi_cli: Path) -> None:
    result = preview(PROGRAMS / "exits-badly", pulumi_cli)

    assert result.exit_code == 1
    assert "program exited with non-zero exit code: 3" in result.errors


def test_a_message_for_the_user_comes_alone(pulumi_cli: Path) -> None:
    assert preview(PROGRAMS / "refuses", pulumi_cli).errors == "error: choose a size first"


def test_a_program_imports_its_own_modules_and_what_it_prints_is_shown(
    pulumi_cli: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "reaches-a-real-account")
    result = preview(PROGRAMS / "own-modules", pulumi_cli)

    assert result.ok, result.errors
    assert result.stack_outputs == {
        "modules": ["my config", "my runner"],
        "ours": False,
        "arguments": ["."],
        "folder": str(PROGRAMS / "own-modules"),
    }
    said = "".join(diagnostic.message for diagnostic in result.diagnostics)
    assert "said on stdout" in said
    assert "said on stderr" in said


def test_a_dynamic_provider_makes_its_resource_with_the_programs_own_modules(pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / "pets", pulumi=pulumi_cli) as workspace:
        planned, deployed = workspace.preview("dev"), workspace.up("dev")

    assert planned.ok, planned.errors
    assert planned.step("::rex").new is not None
    assert deployed.stack_outputs == {"call": "Here, rex!"}


def test_a_program_may_be_a_file_elsewhere_which_runs_in_its_own_folder(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\nmain: src/app.py\n")
    (tmp_path / "src").mkdir()
    program = "import os, sys, pulumi\npulumi.export('ran', [os.getcwd(), sys.argv, __name__])\n"
    (tmp_path / "src" / "app.py").write_text(program)

    result = preview(tmp_path, pulumi_cli)

    assert result.ok, result.errors
    assert result.stack_outputs == {"ran": [str(tmp_path / "src"), ["app.py"], "__main__"]}


def test_wrong_syntax_is_shown_with_its_place_alone(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: wrong\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.export('a' 1)\n")

    result = preview(tmp_path, pulumi_cli)

    assert '__main__.py", line 2' in result.errors
    assert "SyntaxError" in result.errors
    assert "runner.py" not in result.errors


def test_messages_that_are_larger_than_grpc_allows_by_itself_pass(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: large\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi, pulumi_aws as aws\n"
        "vpc = aws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16', tags={'large': 'x' * 5_000_000})\n"
        "pulumi.export('size', vpc.tags.apply(lambda tags: len(tags['large'])))\n"
    )

    result = preview(tmp_path, pulumi_cli)

    assert result.ok, result.errors
    assert result.stack_outputs == {"size": 5_000_000}
