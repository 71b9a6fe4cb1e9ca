"""The engine gets a copy of a stack's file; the project's own stays as it is, and no secret is decrypted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from slipway.engine.stackfile import stack_copy
from slipway.engine.workspace import Workspace
from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(__file__).parent / "programs" / "settings"


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}


def copied(text: str, tmp_path: Path, answers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text)
    copy = stack_copy(file, "shop", answers or {}, "v1:ours", lambda texts: {text: f"sealed {text}" for text in texts})
    read: dict[str, Any] = yaml.safe_load(copy)
    return read


def test_the_engine_changes_no_file_of_the_project_and_secrets_become_placeholders(pulumi_cli: Path) -> None:
    before = contents(PROGRAM)
    with Workspace(PROGRAM, pulumi=pulumi_cli) as workspace:
        outputs = workspace.preview("dev").stack_outputs
        deployed, destroyed = workspace.up("dev"), workspace.destroy("dev")

    assert outputs["plain"] == "1e3"
    assert outputs["number"] == 8080
    assert outputs["backwards"] == "placeholder for settings:token"[::-1]
    assert outputs["hidden"] == "[secret]"
    assert deployed.ok
    assert destroyed.ok
    assert contents(PROGRAM) == before


def test_a_stack_without_a_file_is_made_without_writing_one(pulumi_cli: Path) -> None:
    before = contents(PROGRAM)
    with Workspace(PROGRAM, pulumi=pulumi_cli) as workspace:
        result = workspace.preview("another")

    assert "Missing required configuration variable 'settings:plain'" in result.errors
    assert contents(PROGRAM) == before


def test_answers_give_secrets_their_values_and_other_stacks_their_outputs(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: reader\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi\nnet = pulumi.StackReference('organization/net/dev')\n"
        "pulumi.export('open', net.get_output('vpcId'))\npulumi.export('closed', net.get_output('key'))\n"
        "pulumi.export('backwards', pulumi.Config().require('token')[::-1])\n"
    )
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "config: {reader:token: given}\nstackReferences:\n"
        "  organization/net/dev: {outputs: {vpcId: vpc-1, key: k}, secretOutputNames: [key]}\n"
    )
    with Workspace(tmp_path, pulumi=pulumi_cli, answers=answers) as workspace:
        result = workspace.preview("dev")

    assert result.stack_outputs == {"open": "vpc-1", "closed": "[secret]", "backwards": "nevig"}


def test_texts_that_look_like_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text('config:\n  shop:a: 1e3\n  shop:b: "1e3"\n  shop:c: yes\n  shop:d: 0o17\n')

    copy = stack_copy(file, "shop", {}, "v1:ours", lambda _: {})

    assert [line.split(": ")[1] for line in copy.splitlines()[1:5]] == ["1e3", '"1e3"', "yes", "0o17"]


def test_every_ciphertext_is_replaced_however_deep_and_the_key_of_the_file_is_ours(tmp_path: Path) -> None:
    copy = copied(
        "secretsprovider: awskms://alias/key\nencryptedkey: abc\nencryptionsalt: v1:theirs\n"
        "config:\n  a: {secure: x}\n  shop:b: {c: [{d: {secure: y}}, 1]}\n",
        tmp_path,
    )

    assert copy == {
        "config": {
            "shop:a": {"secure": "sealed placeholder for shop:a"},
            "shop:b": {"c": [{"d": {"secure": "sealed placeholder for shop:b"}}, 1]},
        },
        "encryptionsalt": "v1:ours",
    }


def test_answered_keys_are_secrets_whether_or_not_the_file_has_them(tmp_path: Path) -> None:
    answers = {"config": {"shop:a": "one", "b": 2}}

    copy = copied("config:\n  a: {secure: x}\n", tmp_path, answers)

    assert copy["config"] == {"shop:a": {"secure": "sealed one"}, "shop:b": {"secure": "sealed 2"}}


def test_values_of_an_answered_environment_come_before_the_files_own(tmp_path: Path) -> None:
    answers = {"environments": {"net/dev": {"pulumiConfig": {"aws:region": "eu-west-1", "size": 1}}}}

    copy = copied("environment: [net/dev]\nconfig:\n  shop:size: 2\n", tmp_path, answers)

    assert copy["config"] == {"aws:region": "eu-west-1", "shop:size": 2}
    assert "environment" not in copy


def test_an_environment_without_an_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"environment 'net/dev': not known offline.*environments"):
        copied("environment: [net/dev]\n", tmp_path)


def test_a_file_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.dev\.yaml:2: is not YAML"):
        copied("config:\n  a: b: c\n", tmp_path)
