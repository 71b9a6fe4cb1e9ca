"""Every refusal says where, what was given, what is allowed and what to do, and no refusal goes untested.

The cases stand in refusals/*.yaml by what they are about. Each has a sentence for a name and says what is changed
(`in_application`, `in_stack`: lists of old and new text) in the files of a `stack` (orders-dev where it names none),
and then the message (`says`), whose `{line}` is the line where the text `at` ends, and how many other messages stand
`beside` it (none where it does not say).
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import yaml

import config.settings
from config.settings import refusal
from tests.config.conftest import ROOT, copied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import PydanticCustomError

    from tests.config.conftest import Files

TABLES = sorted((ROOT / "tests/config/refusals").glob("*.yaml"))
SECRET = "hunter2"  # noqa: S105 - what cases write where a secret may stand


@dataclass(frozen=True)
class Case:
    at: str
    says: str
    stack: str = "orders-dev"
    in_application: list[list[str]] = field(default_factory=list)
    in_stack: list[list[str]] = field(default_factory=list)
    beside: int = 0

    def files(self, root: Path) -> Files:
        made = copied(root, self.stack)
        for file, changes in ((made.application, self.in_application), (made.stack, self.in_stack)):
            for old, new in changes:
                made.replace(file, old, new)
        return made


def cases(table: Path) -> dict[str, Case]:
    return {name: Case(**said) for name, said in yaml.safe_load(table.read_text()).items()}


ALL = [
    pytest.param(case, id=f"{table.stem}: {name}".replace(" ", "-"))
    for table in TABLES
    for name, case in cases(table).items()
]


@pytest.mark.parametrize("case", ALL)
def test_it_is_refused_in_these_words(case: Case, tmp_path: Path) -> None:
    files = case.files(tmp_path)
    messages = files.messages()
    file = files.application if case.says.startswith("apps/") else files.stack
    before, found, _ = file.read_text().partition(case.at)
    assert found, f"{file.name} has no {case.at!r}"
    line = 1 + (before + found).count("\n")
    assert case.says.replace("{line}", str(line)) in messages
    assert len(messages) == 1 + case.beside
    assert SECRET not in "\n".join(messages)


@dataclass
class Refusals:
    """The refusals that the models made: where in their source, and by which rule."""

    places: set[tuple[str, int]] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    def refusal(self, rule: str, remedy: str, *, hide: bool = False) -> PydanticCustomError:
        """Stands in for the models' own `refusal`."""
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename == config.settings.__file__:
            frame = frame.f_back
        self.places.add((frame.f_code.co_filename, frame.f_lineno))
        self.rules.add(rule)
        return refusal(rule, remedy, hide=hide)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Refusals:
    """What the models refuse over all cases."""
    noted = Refusals()
    for name, module in list(sys.modules.items()):
        if name.startswith("config.") and getattr(module, "refusal", None) is refusal:
            monkeypatch.setattr(module, "refusal", noted.refusal)
    for table in TABLES:
        for name, case in cases(table).items():
            case.files(tmp_path / table.stem / name).messages()
    return noted


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of these functions in the models."""
    for file in sorted((ROOT / "config").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield file, node


def test_every_refusal_in_the_models_is_made_by_a_case(made: Refusals) -> None:
    silent = [
        f"{file.name}:{node.lineno}"
        for file, node in calls("refusal", "refused_at")
        if file.name != "settings.py"
        and not any((str(file), line) in made.places for line in range(node.lineno, (node.end_lineno or 0) + 1))
    ]
    assert made.places
    assert silent == []


def test_every_form_of_a_text_that_the_models_want_is_refused_by_a_case(made: Refusals) -> None:
    rules = [
        (file.name, rule.value)
        for file, node in calls("Matches")
        for rule in node.args[1:2]
        if isinstance(rule, ast.Constant)
    ]
    assert rules
    assert [(file, rule) for file, rule in rules if rule not in made.rules] == []


def test_every_fault_of_one_model_is_told_at_once(files: Files) -> None:
    files.replace(files.application, "port: 3001", 'port: "3001"')
    files.replace(files.application, "public: true", 'public: "yes"')
    files.replace(files.application, "health_path: /health", "health_path: health")
    assert len(files.messages()) == 3


@pytest.mark.parametrize(
    "name", ["Orders", "orders_api", "-orders", "orders-", "or--ders", "internal-orders", "sg-x", "o", "٣orders"]
)
def test_an_application_s_name_that_physical_names_cannot_begin_with_is_refused(files: Files, name: str) -> None:
    files.replace(files.application, "name: orders", f"name: {name}")
    assert any(f'name: given "{name}"; 2 to 15 small letters' in message for message in files.messages())


@pytest.mark.parametrize("name", ["aws", "slipway", "pulumi", "default", "stack", "none"])
def test_a_reserved_name_is_refused(files: Files, name: str) -> None:
    files.replace(files.application, "  api:", f"  {name}:")
    (message,) = files.messages()
    assert f'services.{name}: given "{name}"; aws, default, none, pulumi, slipway, stack are reserved' in message


@pytest.mark.parametrize("digits", ["١٢٣٤٥٦٧٨٩٠١٢", "12345678901²"])
def test_digits_of_other_scripts_are_no_digits(files: Files, digits: str) -> None:
    files.replace(files.stack, "    load_balancer:", f'    account_ids: ["{digits}"]\n    load_balancer:')
    (message,) = files.messages()
    assert "the 12 digits of an AWS account are wanted" in message


@pytest.mark.parametrize("sign", ["\\n", "\\r", "\\x7f", "\\x85", "\\u2028", "\\u2029"])
def test_what_some_reader_takes_for_the_end_of_a_line_is_no_part_of_a_variable(files: Files, sign: str) -> None:
    files.replace(files.application, "SUPABASE_URL: https://ordersdev.supabase.co", f'GREETING: "a{sign}B=c"')
    (message,) = files.messages()
    assert "services.api.env.GREETING: given [hidden]; one line of at most 1,024 characters is wanted" in message


@pytest.mark.parametrize("text", ["a: {b: c}", "x", "[]", "7"])
def test_something_else_than_settings_is_refused(files: Files, text: str) -> None:
    files.stack.write_text(f"config:\n  slipway:app: orders\n  slipway:topology: {text}\n")
    assert all(message.startswith("Pulumi.orders-dev.yaml:") for message in files.messages())


def test_a_key_with_the_name_of_its_own_kind_keeps_its_place(files: Files) -> None:
    files.replace(files.application, "{kind: managed}", "{kind: managed, managed: true}")
    (message,) = files.messages()
    assert "data.redis.managed: unknown key" in message
