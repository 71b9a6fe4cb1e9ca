"""The data about types fits the SDK, and every value that it describes can be made."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

import slipway.danger.facts
import slipway.simulated.facts
from slipway.simulated.facts import facts_of
from slipway.simulated.inputs import inputs_of
from slipway.simulated.sdk import Declared, declared, snake
from slipway.simulated.store import Object, Store
from slipway.simulated.values import Values

DATA = Path(slipway.simulated.facts.__file__).with_name("data")
DANGER = Path(slipway.danger.facts.__file__).with_name("data")
AWS = json.loads((DATA / "aws-replacement.json").read_text())
FACTS = {token: known for token, known in json.loads((DATA / "facts.json").read_text()).items() if ":" in token}


def package(token: str) -> Path:
    found = importlib.util.find_spec(f"pulumi_{token.partition(':')[0].replace('-', '_')}")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


@pytest.mark.parametrize("token", sorted(FACTS))
def test_what_is_written_down_of_a_type_is_in_its_sdk(token: str) -> None:
    has, known = declared(package(token), token), FACTS[token]

    assert has.outputs, f"{token} is not in the SDK"
    assert known.get("defaults", {}).keys() <= has.inputs
    named = {*known.get("computed", {}), *filter(None, (known.get("grows"), known.get("autoname")))}
    named |= {*known.get("renews", ())}
    assert named <= has.outputs.keys()


def test_every_input_that_replaces_is_an_input_of_its_type() -> None:
    unknown = {
        f"{token}.{path}"
        for part in ("replace", "may_replace")
        for token, paths in AWS[part].items()
        for path in paths
        if path.removesuffix("<").partition(".")[0] not in (inputs_of(package(token), token) or {})
    }

    assert unknown == set()


NEWER = {"aws:mailmanager/archive:Archive", "aws:odb/autonomousDatabase:AutonomousDatabase"}  # than the sources


@pytest.mark.parametrize("name", ["aws", "cloudflare", "random"])
def test_what_replaces_each_type_that_holds_data_is_written_down(name: str) -> None:
    holding = json.loads((DANGER / f"{name}.json").read_text())["data"]

    assert holding
    assert {token for token in holding if not facts_of(token).known} <= NEWER


def test_no_input_replaces_for_certain_and_perhaps_at_once() -> None:
    assert all(not set(paths) & set(AWS["replace"][token]) for token, paths in AWS["may_replace"].items())


def test_what_is_written_down_of_aws_alone_is_not_read_for_other_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "facts.json").write_text("{}")
    monkeypatch.setattr(slipway.simulated.facts, "_DATA", tmp_path)
    facts_of.cache_clear()
    slipway.simulated.facts._read.cache_clear()
    try:
        assert not facts_of("cloudflare:index/zone:Zone").known
        with pytest.raises(FileNotFoundError):
            facts_of("aws:ec2/vpc:Vpc")
    finally:
        facts_of.cache_clear()
        slipway.simulated.facts._read.cache_clear()


def test_of_a_type_that_nobody_wrote_down_only_the_name_is_taken_to_replace() -> None:
    facts = facts_of("gcp:sql/databaseInstance:DatabaseInstance")
    assert (facts.replace, facts.known) == (("name",), False)


@pytest.mark.parametrize("token", sorted(FACTS))
def test_every_template_is_filled_in_whole(token: str) -> None:
    facts, has = facts_of(token), declared(package(token), token)
    texts = {name: f"given({name})" for name, annotation in has.outputs.items() if "str" in annotation}
    known = {"region": "eu-west-1", "name": "web", "min": 3, "length": 9, **texts}
    given = {name: value for name, value in known.items() if name in has.inputs or name in ("region", "name")}
    values = Values(token, facts.computed, given, b"seed")

    for name, form in facts.computed.items():
        if isinstance(form, str) or (isinstance(form, dict) and form.keys() == {"each", "is"}):
            made = values.of(name, "str")
            assert made or not form
            for text in [made] if isinstance(made, str) else [text for item in made for text in item.values()]:
                assert not re.search(r"\{\w+\}", text)
                assert "given(id)" not in text


def test_a_type_that_the_sdk_lacks_has_no_properties() -> None:
    assert declared(package("aws:"), "aws:nowhere/nothing:Nothing") == Declared()


@pytest.mark.parametrize(
    ("name", "snaked"),
    [
        ("SecurityGroupIngressRule", "security_group_ingress_rule"),
        ("DBInstance", "db_instance"),
        ("ipv6Cidr", "ipv6_cidr"),
    ],
)
def test_names_are_those_of_the_sdks_files(name: str, snaked: str) -> None:
    assert snake(name) == snaked


def test_an_object_is_created_once_and_a_write_leaves_nothing_beside_it(tmp_path: Path) -> None:
    store, thing = Store(tmp_path / "aws"), Object("aws:ec2/vpc:Vpc", "vpc/1 :x", "urn", {"a": 1}, {"b": 2})

    assert store.create(thing)
    assert not store.create(thing)
    store.replace(Object(thing.type, thing.id, thing.urn, {"a": 3}, thing.computed))
    held = store.get(thing.type, thing.id)

    assert held is not None
    assert held.properties == {"a": 3, "b": 2}
    assert len(list((tmp_path / "aws").iterdir())) == 1
    store.delete(thing.type, thing.id)
    store.delete(thing.type, thing.id)
    assert store.get(thing.type, thing.id) is None


def test_what_is_written_down_as_required_is_required_by_the_sdk() -> None:
    unlike = {}
    for token, names in AWS["required"].items():
        fields = inputs_of(package(token), token) or {}
        wrong = [name for name in names if name not in fields or not fields[name].required]
        if wrong:
            unlike[token] = wrong

    assert unlike == {}
    assert facts_of("aws:elasticache/subnetGroup:SubnetGroup").required == ("subnetIds",)


def test_what_is_secret_is_an_input() -> None:
    fields = {token: inputs_of(package(token), token) or {} for token in AWS["sensitive"]}

    assert {token: set(names) - fields[token].keys() for token, names in AWS["sensitive"].items()} == {
        token: set() for token in fields
    }
    assert "authToken" in facts_of("aws:elasticache/replicationGroup:ReplicationGroup").sensitive
