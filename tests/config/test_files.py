"""Files that are no stack, no application or no YAML are told apart in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.effective import effective
from config.errors import ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Files


def test_a_stack_without_a_file_is_refused_with_those_that_have_one(files: Files) -> None:
    with pytest.raises(ConfigError) as refused:
        effective(files.root, "orders-prod")
    assert refused.value.messages == (
        (
            "config/Pulumi.orders-prod.yaml: there is no stack 'orders-prod'; stacks here: orders-dev;"
            " did you mean 'orders-dev'? write one of these, or add the file"
        ),
    )


def test_an_application_without_a_file_is_refused_with_those_that_have_one(files: Files) -> None:
    files.replace(files.stack, "slipway:app: orders", "slipway:app: ordrs")
    line = files.line(files.stack, "ordrs")
    assert files.messages() == (
        (
            f'Pulumi.orders-dev.yaml:{line}: slipway:app: given "ordrs"; applications here: orders;'
            " did you mean 'orders'? write one of these, or add config/apps/ordrs.yaml"
        ),
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "[orders]", "{a: b}", "7"])
def test_an_application_s_name_is_never_a_way_to_another_file(files: Files, name: str) -> None:
    files.replace(files.stack, "slipway:app: orders", f"slipway:app: {name}")
    (message,) = files.messages()
    assert "applications here: orders" in message


def test_an_application_under_another_name_than_its_file_s_is_refused(files: Files) -> None:
    files.replace(files.application, "name: orders", "name: sales")
    (message,) = files.messages()
    assert 'name: given "sales"; the application\'s file is orders.yaml, so its name is orders' in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": given an empty file; a mapping of settings is wanted; fill it"),
        ("# nothing\n", ": given an empty file; a mapping of settings is wanted; fill it"),
        ("- a\n", ":1: given a list; a mapping of settings is wanted; write it as in key: value"),
        ("words\n", ":1: given a single value; a mapping of settings is wanted; write it as in key: value"),
        ("encryptionsalt: x\n", ":1: config: missing; a mapping of keys such as slipway:app is wanted"),
        ("a: 1\nconfig: [x]\n", ":2: config: given something else; a mapping of keys"),
        ("config:\n  a: [1,\n", "not YAML: "),
        ("config:\n\ta: 1\n", ":2: not YAML: "),
        ("config: &c {x: *c}\n", ":1: an alias contains itself; write the value out"),
        ("config: !!python/name:os.system\n", ":1: not YAML: could not determine a constructor"),
        ("config: {slipway:app: orders, slipway:app: sales}\n", ":1: slipway:app: given twice, first in line 1"),
    ],
)
def test_a_file_that_is_no_stack_file_is_refused(files: Files, text: str, message: str) -> None:
    files.stack.write_text(text)
    (found,) = files.messages()
    assert found.startswith("Pulumi.orders-dev.yaml")
    assert message in found


def test_every_repeated_key_is_told(files: Files) -> None:
    files.add(files.stack, "  slipway:app: orders\n  slipway:environment: development\n")
    assert [message.split(": ")[1] for message in files.messages()] == ["slipway:app", "slipway:environment"]


def test_a_file_that_is_no_text_is_refused(files: Files) -> None:
    files.stack.write_bytes(b"config: \xff\n")
    (message,) = files.messages()
    assert message == "Pulumi.orders-dev.yaml: byte 8 is not UTF-8; save the file as UTF-8 text"


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("slipway:overides", "did you mean 'slipway:overrides'?"),
        ("app", "did you mean 'slipway:app'?"),
        ("slipway:", "take it out or correct it"),
    ],
)
def test_an_unknown_key_of_ours_is_refused(files: Files, key: str, remedy: str) -> None:
    files.add(files.stack, f'  "{key}": x\n')
    (message,) = files.messages()
    assert "unknown key; allowed: slipway:app, " in message
    assert remedy in message


def test_keys_of_others_are_left_alone(files: Files) -> None:
    files.add(files.stack, "  aws:profile: work\n  other:anything: {a: [1]}\n")
    files.read()


def test_words_that_yaml_once_took_for_truth_are_texts_as_for_the_engine(files: Files) -> None:
    files.add(files.stack, "  slipway:tags: {owner: yes, from: 2026-11-21}\n")
    assert files.read().stack.tags == {"owner": "yes", "from": "2026-11-21"}
