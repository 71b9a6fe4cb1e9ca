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
        ('config: {a: "\x00"}\n', ":1: not YAML: a sign that does not print; take it out"),
        (f"config:\n  a: {'[' * 60}{']' * 60}\n", "at most 50 levels are allowed; write less deep"),
        (f"config: {'[' * 9999}{']' * 9999}\n", ":1: at most 50 levels are allowed; write less deep"),
        ("config:\n  a: {b: [1e999]}\n", ":2: a.b[0]: a finite number is wanted; correct it"),
        (f"config: {{a: {'9' * 20}}}\n", ":1: a: a number of less than 64 bits is wanted; correct it"),
        (f"config: {{a: {'9' * 5000}}}\n", ":1: a: not YAML: a value that is not what it says it is; correct it"),
        ("config: {a: 0x_}\n", ":1: a: not YAML: a value that is not what it says it is; correct it"),
        ("config: {a: !!bool x}\n", ":1: a: not YAML: a value that is not what it says it is; correct it"),
        ("config: {a: !!timestamp x}\n", ":1: a: not YAML: a value that is not what it says it is; correct it"),
        ("config: {a: !!binary aGk=}\n", ":1: a: a text, a number, true, false or null is wanted; take the tag"),
        ('config: {a: "\\ud800"}\n', ":1: a: whole Unicode characters are wanted; write the character itself"),
        ('config: {"\\ud800": 1}\n', ':1: "\\ud800": whole Unicode characters are wanted'),
    ],
)
def test_a_file_that_is_no_stack_file_is_refused(files: Files, text: str, message: str) -> None:
    files.stack.write_text(text)
    (found,) = files.messages()
    assert found.startswith("Pulumi.orders-dev.yaml")
    assert message in found


def test_aliases_that_multiply_without_end_are_refused(files: Files) -> None:
    doubled = "".join(f"  a{level}: &a{level} [*a{level - 1}, *a{level - 1}]\n" for level in range(1, 40))
    files.stack.write_text(f"config:\n  a0: &a0 x\n{doubled}")
    (message,) = files.messages()
    assert "at most 100,000 values are allowed; write fewer aliases" in message


def test_a_chain_of_aliases_is_no_way_around_the_depth(files: Files) -> None:
    nested = "".join(f"  a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 60))
    files.stack.write_text(f"config:\n  a0: &a0 x\n{nested}")
    (message,) = files.messages()
    assert "at most 50 levels are allowed" in message


def test_a_key_that_does_not_print_is_shown_as_one_line(files: Files) -> None:
    files.add(files.application, '"a\\nb\\e[31m": 1\n')
    (message,) = files.messages()
    assert '"a\\nb\\u001b[31m": unknown key; ' in message


@pytest.mark.parametrize("given", ["null", "[1]", "7"])
def test_overrides_that_are_no_mapping_are_told_by_their_own_name(files: Files, given: str) -> None:
    files.override(f"  slipway:overrides: {given}\n")
    line = files.line(files.stack, "slipway:overrides")
    assert files.messages() == (
        (
            f"Pulumi.orders-dev.yaml:{line}: slipway:overrides: given {given};"
            " a mapping of settings is wanted; write it as in {key: value}"
        ),
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[" * 60 + "]" * 60, "at most 50 levels are allowed"),
        ("[" * 99999, "a mapping of settings is wanted"),
        ("[Infinity]", "a finite number is wanted"),
        ('["\\ud800"]', "whole Unicode characters are wanted"),
        ('{"\\ud800": 1}', "whole Unicode characters are wanted"),
        ("9" * 5000, "a mapping of settings is wanted"),
    ],
)
def test_a_json_text_has_the_bounds_of_a_file(files: Files, text: str, rule: str) -> None:
    files.add(files.stack, f"  slipway:tags: '{text}'\n")
    (message,) = files.messages()
    assert f"slipway:tags: given a text; {rule}; " in message


@pytest.mark.parametrize("app", ["postgres://app:hunter2@host", "[https://app:hunter2@host]", '"a\\nb"'])
def test_a_wrong_application_s_name_is_no_advice_and_shows_no_secret(files: Files, app: str) -> None:
    files.replace(files.stack, "slipway:app: orders", f"slipway:app: {app}")
    (message,) = files.messages()
    assert "hunter2" not in message
    assert message.endswith("; write one of these")


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


@pytest.mark.parametrize("key", ["1", "true", "~", "1.5", "2026-11-21"])
def test_a_key_that_is_no_text_is_an_unknown_key_in_its_line(files: Files, key: str) -> None:
    files.replace(files.stack, "    load_balancer:", f"    {key}: x\n    load_balancer:")
    line = files.line(files.stack, f"    {key}: x")
    (message,) = files.messages()
    assert message.startswith(f"Pulumi.orders-dev.yaml:{line}: slipway:topology.{key}: unknown key; ")
