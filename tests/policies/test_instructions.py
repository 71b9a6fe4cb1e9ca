from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from plan.model import Secret, Unknown
from policies.instructions import documents_of_machines, instructions
from policies.sighting import MARK
from tests.policies.plans import TASK, plan_of, resource, template, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plan.model import Resource, Value
    from policies.instructions import Instruction

JOB = "aws:batch/jobDefinition:JobDefinition"
DOCUMENT = "aws:ssm/document:Document"
BUCKET = resource("aws:s3/bucket:Bucket", "files")

Told = tuple[str, str, str, str, "Value"]


def told(found: Iterable[Instruction]) -> list[Told]:
    """What is told: what, the name it stands under, the resource, the path and the value."""
    return [(what, name, field.resource.name, field.path, field.value) for what, name, field in found]


def of(made: Resource) -> list[Told]:
    """What a plan with this resource tells containers, builds and jobs. Empty commands tell nothing."""
    return [each for each in told(instructions(Graph(plan_of([made])))) if each[-1] != ""]


def task(**container: Value) -> Resource:
    """A task definition of one container."""
    return resource(TASK, "web", {"containerDefinitions": [container]})


def content(value: Value) -> list[tuple[str, Value]]:
    """The names and texts of a document that machines run, of which everything else is known."""
    found = told(documents_of_machines(Graph(plan_of([resource(DOCUMENT, "setup", {"content": value}), BUCKET]))))
    assert {each[:1] + each[2:4] for each in found} <= {("the document", "setup", "content")}
    return [(name, held) for _, name, _, _, held in found]


def test_a_command_is_told_as_a_whole() -> None:
    expected = [("a command", "", "web", "containerDefinitions[0].command", "node server.js 80")]
    assert of(task(command=["node", "server.js", 80])) == expected


def test_a_command_of_a_job_is_told() -> None:
    job = resource(JOB, "nightly", {"containerProperties": json.dumps({"Command": ["node", "x.js"]})})
    assert of(job) == [("a command", "", "nightly", "containerProperties.command", "node x.js")]


@pytest.mark.parametrize("hidden", [Secret(), Unknown()])
def test_a_hidden_word_of_a_command_is_told_by_itself_too(hidden: Value) -> None:
    where = "containerDefinitions[0].command"
    assert of(task(command=["node", hidden])) == [
        ("a command", "", "web", f"{where}[1]", hidden),
        ("a command", "", "web", where, f"node {MARK}"),
    ]


@pytest.mark.parametrize("hidden", [Secret(), Unknown()])
@pytest.mark.parametrize(
    ("container", "what", "path"),
    [
        ("dockerLabels", "a label", "dockerLabels"),
        ("logConfiguration", "an option of the log", "logConfiguration.options"),
        ("firelensConfiguration", "an option of the log", "firelensConfiguration.options"),
    ],
)
def test_labels_and_options_that_are_hidden_are_told_as_one(
    container: str, what: str, path: str, hidden: Value
) -> None:
    given: Value = hidden if container == "dockerLabels" else {"options": hidden}
    assert (what, "", "web", f"containerDefinitions[0].{path}", hidden) in of(task(**{container: given}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("echo hello", [("", "echo hello")]),
        ("- one\n- two", [("", "- one\n- two")]),
        ("'a: b", [("", "'a: b")]),
        ("'https://example.com'", [("", "'https://example.com'")]),
        ("a: [", [("", "a: [")]),
        ("a: one\nb: two", [("b", "two"), ("a", "one")]),
        ({"a": {"b": "one", "c": 3}}, [("b", "one")]),
        ({"a": ["one", "two"]}, [("a", "one two")]),
        ({"Commands": ["one", "two"]}, [("Commands", "one\ntwo")]),
        ({"runCommand": ["one", {"x": "two"}, "three"]}, [("runCommand", "one\nthree"), ("x", "two")]),
        ({"a": "one", "b": [{"c": "two"}, {"d": "three"}]}, [("d", "three"), ("c", "two"), ("a", "one")]),
        ({"a": "one", "b": {"c": "two"}}, [("c", "two"), ("a", "one")]),
        ({"Name": "DB_HOST", "Value": "db"}, [("DB_HOST", "db")]),
        ({"key": "DB_HOST", "value": "db"}, [("DB_HOST", "db")]),
        ({"key": "DB_HOST", "values": "db"}, [("values", "db"), ("key", "DB_HOST")]),
        ({"name": 3, "value": "db"}, [("value", "db")]),
        ({"a": Secret()}, [("a", Secret())]),
        ({"a": {"b": Unknown()}}, [("b", Unknown())]),
        (Secret(), [("", Secret())]),
        (Unknown(), [("", Unknown())]),
        (None, []),
        ("", []),
    ],
)
def test_every_text_of_a_document_is_told_under_its_name(given: Value, expected: list[tuple[str, Value]]) -> None:
    assert content(given) == expected
    if isinstance(given, dict) and not any(isinstance(value, Secret | dict) for value in given.values()):
        assert content(json.dumps(given)) == expected


def test_a_document_made_of_an_output_is_told_as_it_is_and_with_a_mark() -> None:
    name = whole(BUCKET, "bucket").references[0]
    made = template("bucket: {}\nmode: x", name)
    assert content(made) == [("", made), ("mode", "x"), ("bucket", MARK)]


def test_a_document_that_is_an_output_is_hidden() -> None:
    made = whole(BUCKET, "bucket")
    assert content(made) == [("", made)]


def test_of_a_document_with_too_many_parts_the_rest_is_unknown() -> None:
    assert content({"a": [0] * 19_000}) == []
    assert content({"a": [0] * 20_001}) == [("", Unknown())]
