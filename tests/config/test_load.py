"""Under the engine the settings are the same as from the files, and faults are told the same way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config, set_mocks
from pulumi.runtime.config import CONFIG

from config.effective import effective
from config.load import load
from config.stack_file import stacks
from tests.config.conftest import ROOT, STACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.config.conftest import Files


class NoResources(pulumi.runtime.Mocks):
    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:  # Any: Pulumi's own signature
        raise AssertionError(args.token)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:  # Any: Pulumi's own signature
        raise AssertionError(args.name)


def configure(file: Path, stack: str, secret: tuple[str, ...] = ()) -> None:
    """Hand a stack file's configuration over in the engine's form: texts, JSON for what is more."""
    config = yaml.safe_load(file.read_text())["config"]
    set_mocks(NoResources(), project="slipway", stack=stack)
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    set_all_config(texts, list(secret))


def refused(root: Path) -> str:
    with pytest.raises(pulumi.RunError) as error:
        load(root)
    return str(error.value)


@pytest.mark.parametrize("stack", stacks(ROOT))
def test_both_readers_give_the_same_settings(stack: str) -> None:
    configure(ROOT / "config" / f"Pulumi.{stack}.yaml", stack)
    assert load() == effective(ROOT, stack).stack


def test_overrides_reach_the_program(files: Files) -> None:
    files.override("  slipway:overrides: {services: {api: {port: 4000, env: null}}}\n")
    configure(files.stack, STACK)
    assert load(files.root) == files.read().stack
    assert load(files.root).application.services["api"].port == 4000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("us-east-1a, us-east-1b", "us-east-1a"),
        ("slipway:app: orders", "slipway:app: ordrs"),
        ("environment: development", "environment: testing"),
        ("slipway:environment: development", "slipway:tags: {owner: me}"),
        ("node_type", "nodetype"),
        ("slipway:app:", "slipway:ap:"),
    ],
)
def test_both_readers_tell_a_fault_in_the_same_words(files: Files, old: str, new: str) -> None:
    files.replace(files.stack, old, new)
    configure(files.stack, STACK)
    assert refused(files.root) == "\n".join(f"config/{message}" for message in files.messages())


@pytest.mark.parametrize("stack", ["orders.eu", "x" * 252])
def test_containers_are_refused_in_a_stack_that_tasks_cannot_be_named_after(
    files_of: Callable[[str], Files], stack: str
) -> None:
    files = files_of("orders-containers")
    configure(files.stack, stack)
    kind = "slipway:topology.kind: the stack's name is "
    assert f"{kind}{stack}; tasks are named after the stack and the service" in refused(files.root)


def test_a_stack_of_machines_may_have_any_name(files: Files) -> None:
    configure(files.stack, "orders.eu")
    assert load(files.root).topology.kind == "aws-ec2"


def test_a_fault_of_configuration_from_elsewhere_names_the_key_without_a_line(files: Files) -> None:
    files.replace(files.stack, "min: 1", "min: 7")
    configure(files.stack, STACK)
    files.replace(files.stack, "min: 7", "min: 1")
    assert refused(files.root).startswith("slipway:topology.services.api.min: given 7; ")


def test_a_decrypted_secret_among_the_settings_is_refused_and_not_repeated(files: Files) -> None:
    files.override("  slipway:overrides: {data: {postgres: {password: hunter2}}}\n")
    configure(files.stack, STACK, secret=("slipway:overrides",))
    message = refused(files.root)
    assert "slipway:overrides: given secure; no secret belongs here" in message
    assert "hunter2" not in message


def test_a_secret_in_clear_is_refused(files: Files) -> None:
    files.add(files.stack, "  secrets:JWT_SECRET: hunter2\n")
    configure(files.stack, STACK)
    message = refused(files.root)
    assert "secrets:JWT_SECRET: given a value in clear" in message
    assert "hunter2" not in message


def test_a_misspelt_secret_is_told_by_both_readers_in_the_same_words(files: Files) -> None:
    files.add(files.stack, "  secrets:DATABASE_PASWORD: {secure: v1:abc}\n")
    configure(files.stack, STACK, secret=("secrets:DATABASE_PASWORD",))
    (message,) = files.messages()
    assert "secrets:DATABASE_PASWORD: unknown secret" in message
    assert refused(files.root) == f"config/{message}"


def test_a_misspelt_secret_from_elsewhere_is_told_without_a_line(files: Files) -> None:
    files.add(files.stack, "  secrets:JWT_SECRT: {secure: v1:abc}\n")
    files.replace(files.stack, "min: 1", "min: 2")
    configure(files.stack, STACK, secret=("secrets:JWT_SECRT",))
    files.replace(files.stack, "min: 2", "min: 1")
    message = refused(files.root)
    assert message.startswith("secrets:JWT_SECRT: unknown secret; ")
    assert "did you mean 'JWT_SECRET'?" in message


def test_answers_may_hold_secrets_of_other_stacks(files: Files) -> None:
    configure(files.stack, STACK)
    texts = {**CONFIG.get(), "secrets:RESEND_API_KEY": "stand-in"}
    set_all_config(texts, ["secrets:RESEND_API_KEY"])
    assert load(files.root) == files.read().stack


def test_a_text_where_a_mapping_belongs_is_refused(files: Files) -> None:
    files.add(files.stack, "  slipway:tags: owner\n")
    configure(files.stack, STACK)
    assert "slipway:tags: given a text; a mapping of settings is wanted" in refused(files.root)


def test_a_topology_that_was_set_as_one_json_text_is_read(files: Files) -> None:
    content = yaml.safe_load(files.stack.read_text())
    before = files.read().stack
    content["config"]["slipway:topology"] = json.dumps(content["config"]["slipway:topology"])
    files.stack.write_text(yaml.safe_dump(content))
    configure(files.stack, STACK)
    assert load(files.root) == files.read().stack == before
