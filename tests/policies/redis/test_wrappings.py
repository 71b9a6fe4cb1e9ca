"""How deep texts are looked for inside texts, and what is said where that ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.redis.text import container_sightings, user_data_sightings
from policies.sighting import MARK
from tests.policies.plans import base64_of

if TYPE_CHECKING:
    from collections.abc import Callable


def kinds(text: str) -> set[str]:
    """What a text shows."""
    return {kind for kind, _ in user_data_sightings(text)}


def in_shells(text: str, times: int) -> str:
    """A command that so many shells inside each other run."""
    for _ in range(times):
        text = "sh -c " + "'" + text.replace("'", "'\\''") + "'"
    return text


def in_commands(text: str, times: int) -> str:
    """Documents inside each other whose commands run as they stand."""
    for _ in range(times):
        text = json.dumps({"userdata": text})
    return text


def in_files(text: str, times: int) -> str:
    """Documents inside each other that may be scripts."""
    for _ in range(times):
        text = json.dumps({"startcommand": text})
    return text


def in_packed_files(text: str, times: int) -> str:
    """Documents inside each other that are packed."""
    for _ in range(times):
        text = json.dumps({"content": base64_of(text)})
    return text


@pytest.mark.parametrize("wrap", [in_shells, in_commands, in_files, in_packed_files])
def test_six_wrappings_are_taken_off_and_a_seventh_is_told(wrap: Callable[[str, int], str]) -> None:
    assert kinds(wrap("yum install redis", 6)) == {"starts"}
    assert set(user_data_sightings(wrap("yum install redis", 7))) == {("hidden", "is wrapped more than 6 times")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (base64_of(b"\0\1" * 10), "holds data that is not text"),
        ("#include\nhttps://example.com/setup.sh\n", "runs what stands elsewhere"),
        ("#cloud-config\npackages: [nginx", "is cloud-config that is no YAML"),
    ],
)
def test_why_something_is_hidden_is_told(text: str, told: str) -> None:
    assert list(user_data_sightings(text)) == [("hidden", told)]


@pytest.mark.parametrize("definitions", ["{}", "[{", "", "x"])
def test_definitions_that_are_no_list_are_told(definitions: str) -> None:
    assert list(container_sightings(definitions)) == [("hidden", "is not a list in JSON")]


def test_a_file_of_cloud_config_that_only_deployment_tells_is_no_matter_in_lines_either() -> None:
    file = f"#cloud-config\nwrite_files:\n  - content: |\n      {MARK}\n      {MARK} --port 1\n"
    assert kinds(file) == set()
    assert kinds(file.replace("write_files", "runcmd").replace("content", "command-list")) == {"hidden"}


def test_several_documents_of_cloud_config_are_read_all() -> None:
    assert kinds("#cloud-config\npackages: [nginx]\n---\npackages: [redis]\n") == {"starts"}
    assert kinds("#cloud-config\n# nothing yet\n") == set()


def test_packages_that_end_a_loop_are_installed_by_what_it_calls() -> None:
    script = 'add() {{\n  apt-get install -y "$1"\n}}\nwhile read -r each; do add "$each"; done <<E\n{}\nE\n'
    assert kinds(script.format("nginx\nredis-server")) == {"starts"}
    assert kinds(script.format("nginx\ncurl")) == set()
