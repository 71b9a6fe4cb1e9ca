"""Whatever a stack file holds, its reader gives settings or tells what is wrong and where, and nothing else happens."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.documents import Document, read_document
from config.effective import effective
from config.errors import ConfigError
from config.resolve import Given, settle
from tests.config.conftest import ROOT
from tests.config.strategies import APPLICATIONS, stack_files, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import DrawFn

    from config.errors import Path as Keys
    from config.stack import StackSettings
    from tests.config.drawn import Data

STACK = "any"
# file, line, and the key where the file could be read at all
PLACE = re.compile(r"config/(?:apps/[a-z]+|Pulumi\.any)\.yaml:\d+: \S")
KEYED = re.compile(r"config/(?:apps/[a-z]+|Pulumi\.any)\.yaml:\d+: (?:slipway:)?[\w.\[\]:/{}\"*-]+: \S")

few = settings(max_examples=50)
# Each example writes its own files into the one folder that a test function has.
in_one_folder = settings(few, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("any")
    (made / "config" / "apps").mkdir(parents=True)
    for app in APPLICATIONS:
        (made / f"config/apps/{app}.yaml").write_text((ROOT / f"config/apps/{app}.yaml").read_text())
    return made


def faults(root: Path, text: str) -> tuple[str, ...]:
    """What is wrong with a stack file of this text."""
    (root / f"config/Pulumi.{STACK}.yaml").write_text(text, encoding="utf-8")
    try:
        effective(root, STACK)
    except ConfigError as error:
        return error.messages
    return ()


def places(data: Any, path: Keys = ()) -> list[Keys]:  # Any: plain data
    """The paths of everything inside plain data, from the outside in."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in items for found in ((*path, key), *places(value, (*path, key)))]


def at(data: Any, path: Keys) -> Any:  # Any: plain data
    for part in path:
        data = data[part]
    return data


def changed(data: Data, path: Keys, value: Any) -> Data:  # Any: plain data
    new = copy.deepcopy(data)
    at(new, path[:-1])[path[-1]] = value
    return new


def without(data: Data, path: Keys) -> Data:
    new = copy.deepcopy(data)
    del at(new, path[:-1])[path[-1]]
    return new


def ours(data: Data) -> list[Keys]:
    """The paths of the settings that are Slipway's."""
    return [path for path in places(data) if len(path) > 1 and str(path[1]).startswith("slipway:")]


@st.composite
def broken(draw: DrawFn) -> Data:
    """A sound stack file with one change after which it cannot be sound."""
    data = draw(stack_files())
    paths = ours(data)
    maps = [path for path in paths if isinstance(at(data, path), dict)]
    leaves = [path for path in paths if not isinstance(at(data, path), dict | list)]
    numbers = [path for path in leaves if type(at(data, path)) is int]
    texts = [path for path in leaves if isinstance(at(data, path), str)]
    required = [
        path
        for path in paths
        if path[-1] in {"slipway:app", "slipway:environment", "slipway:topology", "kind", "region", "zones", "image"}
        or path[-1] in {"release", "load_balancer", "listener", "revision", "sha256", "bucket", "zone_id", "vpc_id"}
        if "slipway:overrides" not in path and "egress" not in path  # development implies its kind
    ]
    deep: Any = "x"  # Any: lists in lists
    for _ in range(draw(st.sampled_from([1, 40, 60, 300]))):
        deep = [deep]
    changes = [
        st.builds(without, st.just(data), st.sampled_from(required)),
        st.sampled_from(maps).map(lambda path: changed(data, (*path, "unknown_key"), {})),
        st.sampled_from(maps).map(lambda path: changed(data, path, "a text")),
        st.sampled_from(leaves).map(lambda path: changed(data, path, {"unknown": 1})),
        st.sampled_from(leaves).map(lambda path: changed(data, path, deep)),
        st.sampled_from(texts).map(lambda path: changed(data, path, "\u202ebidi\nand more" * 300)),
    ]
    if numbers:
        huge = st.sampled_from([10**30, -(10**30), 2**64, 10**4000])
        changes.append(st.builds(lambda path, value: changed(data, path, value), st.sampled_from(numbers), huge))
    return draw(st.one_of(changes))


@st.composite
def bent(draw: DrawFn) -> Data:
    """A sound stack file with one value that may or may not do in its place."""
    data = draw(stack_files())
    path = draw(st.sampled_from(ours(data)))
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return changed(data, path, draw(scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(), scalars)))


@given(stack_files())
@in_one_folder
def test_a_sound_stack_file_is_accepted(root: Path, data: Data) -> None:
    assert faults(root, text_of(data)) == ()


@given(stack_files())
@few
def test_settings_without_a_file_are_the_same(data: Data) -> None:
    app = data["config"]["slipway:app"]
    document = read_document(ROOT / f"config/apps/{app}.yaml", f"config/apps/{app}.yaml")
    values = {key.removeprefix("slipway:"): value for key, value in data["config"].items() if "slipway:" in key}
    assert settled(values, document) == settled(copy.deepcopy(values), document)


def settled(values: Data, document: Document) -> StackSettings:
    return settle(Given(values, document, None))


@given(broken())
@in_one_folder
def test_what_cannot_be_sound_is_refused_with_its_place(root: Path, data: Data) -> None:
    messages = faults(root, text_of(data))
    assert messages
    assert [message for message in messages if not PLACE.match(message)] == []
    assert [message for message in messages if "\n" in message] == []


@given(broken().filter(lambda data: max(map(len, places(data))) < 30))
@in_one_folder
def test_a_fault_that_a_model_sees_names_its_key(root: Path, data: Data) -> None:
    messages = faults(root, text_of(data))
    assert [message for message in messages if not KEYED.match(message)] == []


@given(bent())
@in_one_folder
def test_any_value_in_any_place_does_or_is_refused_with_its_place(root: Path, data: Data) -> None:
    messages = faults(root, text_of(data))
    assert [message for message in messages if not PLACE.match(message) or not message.isprintable()] == []


@given(st.sampled_from(APPLICATIONS), st.data())
@in_one_folder
def test_any_value_in_any_place_of_an_application_does_or_is_refused(root: Path, app: str, data: st.DataObject) -> None:
    stack = data.draw(stack_files((app,)))
    content = yaml.safe_load((ROOT / f"config/apps/{app}.yaml").read_text())
    path = data.draw(st.sampled_from(places(content)))
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    value = data.draw(scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=5), scalars))
    file = root / f"config/apps/{app}.yaml"
    file.write_text(text_of(changed(content, path, value)))
    try:
        messages = faults(root, text_of(stack))
    finally:
        file.write_text((ROOT / f"config/apps/{app}.yaml").read_text())
    assert [message for message in messages if not PLACE.match(message) or not message.isprintable()] == []


@given(stack_files(), st.data())
@in_one_folder
def test_any_slip_of_a_key_does_or_is_refused_with_its_place(root: Path, data: Data, slips: st.DataObject) -> None:
    text = text_of(data)
    where = slips.draw(st.integers(0, len(text) - 1))
    slip = slips.draw(st.sampled_from(["", *"\"'{}[]:,#&*!|>%@`\t\n-0\\"]))
    messages = faults(root, text[:where] + slip + text[where + slips.draw(st.integers(0, 3)) :])
    assert [message for message in messages if not PLACE.match(message)] == []


@given(st.text(max_size=60))
@in_one_folder
def test_any_text_at_all_is_refused_without_a_fall(root: Path, text: str) -> None:
    messages = faults(root, text)
    assert messages
    assert all(message.startswith("config/Pulumi.any.yaml:") for message in messages)
