"""The frozen form of a plan: the schema fits what is printed, and nothing else."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plan.codec import read_plan
from plan.model import Plan

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "parity" / "programs"
SCHEMA = json.loads((ROOT / "docs" / "plan.schema.json").read_text())
FORMAT = (ROOT / "docs" / "plan-format.md").read_text()
# Together they show every field but `remote` and `cost`.
SHOWN = (
    "aliases", "dynamic-providers", "explicit-and-default-providers", "imports", "inherited-options", "look-ups",
    "nested-components", "prints", "provider-maps", "reads", "stack-references", "transforms", "values",
)  # fmt: skip

Edit = Any  # a JSON value of any shape


@cache
def planned(name: str) -> str:
    answers = PROGRAMS / name / "answers.yaml"
    flags = ["--answers", str(answers)] if answers.exists() else []
    done = subprocess.run(
        [sys.executable, "-m", "slipway", "plan", "dev", "--json", "--project", str(PROGRAMS / name), *flags],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout, done.stderr
    return done.stdout


def faults(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def filled() -> dict[str, Any]:
    """A plan with every kind of entry."""
    document: dict[str, Any] = json.loads(planned("values"))
    urn = document["resources"][0]["urn"]
    document["notices"] = [{"kind": "secret", "subject": "shop:key", "message": "not set"}]
    document["logs"] = [{"severity": "info", "message": "hello", "urn": ""}]
    document["findings"] = [
        {
            "rule": "r", "level": "mandatory", "severity": "critical", "status": "unproven", "urn": urn,
            "message": "m", "remedy": "r",
        }
    ]  # fmt: skip
    document["excepted"] = [
        {
            "rule": "r", "resource": "a:b/c:C::d", "reason": "it moves", "owner": "ops", "expires": "2027-03-31",
            "finding": document["findings"][0],
        }
    ]  # fmt: skip
    document["resources"][0] |= {
        "source": {"file": "a.py", "line": 1},
        "customTimeouts": {"create": "5m"},
        "plainSecrets": ["password"],
        "plainAddresses": ["password"],
        "unknowns": {"tags": {"references": [{"urn": urn, "property": "id"}], "text": f"${{{urn}#id}}"}},
    }
    return document


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a plan has objects whose keys are frozen."""
    found = []
    if isinstance(value, dict):
        maps = ("inputs", "outputs", "unknowns", "outputUnknowns", "propertyDependencies")
        found += [] if path and path[-1] in maps else [path]
        inner = [(key, item) for key, item in value.items() if key not in ("inputs", "outputs")]
        return found + [place for key, item in inner for place in places(item, (*path, key))]
    if isinstance(value, list):
        return [place for index, item in enumerate(value) for place in places(item, (*path, index))]
    return found


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def properties(schema: Any) -> set[str]:
    """Every name of a field that the schema knows."""
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, dict):
        return set()
    named = schema.get("properties", {})
    return set(named).union(*map(properties, schema.values()))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", SHOWN)
def test_plans_of_other_peoples_programs_fit_the_schema(name: str) -> None:
    assert faults(json.loads(planned(name))) == []


def test_a_plan_with_every_kind_of_entry_fits_the_schema_and_can_be_read() -> None:
    document = filled()
    assert faults(document) == []
    assert isinstance(read_plan(document), Plan)


def test_the_programs_show_every_field_of_a_resource_but_those_that_need_a_plugin() -> None:
    seen = {key for name in SHOWN for resource in json.loads(planned(name))["resources"] for key in resource}
    assert set(SCHEMA["$defs"]["resource"]["properties"]) - seen == {"remote", "replaceWith"}


def test_an_unknown_key_is_refused_wherever_it_stands() -> None:
    document = filled()
    everywhere = places(document)
    assert {len(path) for path in everywhere} >= {0, 2, 3, 4, 6}
    taken = []
    for path in everywhere:
        changed = copy.deepcopy(document)
        at(changed, path)["surprise"] = 1
        if not faults(changed):
            taken.append(path)
    assert taken == []


@pytest.mark.parametrize("key", sorted(SCHEMA["required"]))
def test_no_field_of_a_plan_may_be_missing(key: str) -> None:
    document = filled()
    del document[key]
    assert faults(document)


@pytest.mark.parametrize("key", sorted(SCHEMA["$defs"]["resource"]["required"]))
def test_no_field_of_a_resource_may_be_missing_that_is_always_there(key: str) -> None:
    document = filled()
    del document["resources"][0][key]
    assert faults(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("version",), "1"),
        (("cost",), {"expected": 3}),
        (("resources", 0, "urn"), "vpc"),
        (("resources", 0, "protect"), None),
        (("resources", 0, "external"), False),
        (("resources", 0, "inputs"), []),
        (("resources", 0, "secrets"), ["tags", "tags"]),
        (("resources", 0, "unknowns", "tags"), {"references": []}),
        (("resources", 0, "unknowns", "tags"), {"text": "x"}),
        (("resources", 0, "source"), {"file": "a.py", "line": 0}),
        (("notices", 0, "kind"), "gossip"),
        (("logs", 0, "severity"), "debug"),
        (("findings", 0, "status"), "pass"),
    ],
    ids=str,
)
def test_a_value_that_no_plan_has_is_refused(path: tuple[Any, ...], value: Edit) -> None:
    document = filled()
    at(document, path[:-1])[path[-1]] = value
    assert faults(document)


def test_every_field_of_the_schema_is_explained() -> None:
    assert [name for name in sorted(properties(SCHEMA)) if f"`{name}`" not in FORMAT] == []


def test_every_kind_and_severity_of_the_schema_is_explained() -> None:
    lists = [
        value["enum"]
        for part in SCHEMA["$defs"].values()
        for value in part.get("properties", {}).values()
        if "enum" in value
    ]
    assert len(lists) == 5
    assert [name for names in lists for name in names if f"`{name}`" not in FORMAT] == []


def test_resources_stand_in_the_order_of_their_urns() -> None:
    for name in SHOWN:
        urns = [resource["urn"] for resource in json.loads(planned(name))["resources"]]
        assert urns == sorted(urns)


def test_a_secret_is_where_a_path_says_so_and_nowhere_else() -> None:
    vpc = next(each for each in json.loads(planned("values"))["resources"] if each["name"] == "vpc")
    assert vpc["secrets"] == ["tags.at", "tags.hidden"]
    assert {name: vpc["inputs"]["tags"][name] for name in ("a", "at", "hidden")} == {
        "a": "b",
        "at": "[secret]",
        "hidden": "[secret]",
    }
