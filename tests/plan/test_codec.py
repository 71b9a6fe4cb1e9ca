"""Plan JSON as the recorder writes it and the reader reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from plan.codec import PlanFormatError, read_plan, read_resource, write_json
from plan.model import Log, Notice, Options, Reference, Resource, Secret, Source, Unknown
from slipway.record.registration import Goal, Registration
from slipway.record.values import Decoded, decode
from slipway.record.wire import SECRET, SECRET_SIGNATURE, SIGNATURE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Value

VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"
STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
# A program's own text may look like the marker of a secret: that does not make it one.
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), TEXTS,
    st.sampled_from([SECRET, "", Secret(), Unknown()]),
)  # fmt: skip
KEYS = st.one_of(TEXTS, st.sampled_from(["a.b", "a[0]", "0"]))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def sent(value: Any) -> Any:
    """A value as the SDK sends it: unknown and secret leaves in Pulumi's wire form."""
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": "hush"}
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: sent(item) for key, item in value.items()}
    return [sent(item) for item in value] if isinstance(value, list) else value


def shown(decoded: Decoded) -> dict[str, Any]:
    """A resource of plan JSON with these inputs, read from its text."""
    registration = Registration(VPC, "aws:ec2/vpc:Vpc", "vpc", True, STACK, decoded, Goal())  # noqa: FBT003 - in order
    found: dict[str, Any] = json.loads(write_json(registration.to_json()))
    return found


def document(*resources: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"topology": None, "outputs": {}, "notices": [], "logs": [], "findings": [], "cost": None}
    return {"version": 1, "project": "shop", "stack": "dev", "resources": list(resources), **empty, **others}


@given(st.dictionaries(KEYS, TREES, max_size=3))
def test_what_a_program_sends_is_what_a_rule_reads(tree: dict[str, Value]) -> None:
    struct = struct_pb2.Struct()
    struct.update(sent(tree))
    assert read_resource(shown(decode(struct))).inputs == tree


def test_a_secret_subtree_is_one_secret_and_its_value_is_nowhere() -> None:
    struct = struct_pb2.Struct()
    struct.update({"tags": {SIGNATURE: SECRET_SIGNATURE, "value": {"key": "hush", "id": UNKNOWN}}})
    written = shown(decode(struct))
    assert read_resource(written).inputs == {"tags": Secret()}
    assert "hush" not in write_json(written)


def test_a_text_that_looks_like_a_secret_stays_a_text() -> None:
    struct = struct_pb2.Struct()
    struct.update({"name": SECRET})
    assert read_resource(shown(decode(struct))).inputs == {"name": SECRET}


def test_an_unknown_has_the_references_of_its_place_and_the_dependencies_of_its_property() -> None:
    resource = shown(Decoded({"list": [UNKNOWN, "known"], "other": UNKNOWN}, unknowns=["list[0]", "other"]))
    whole = f"${{{VPC}#id}}"
    resource["unknowns"]["list[0]"] = {"references": [{"urn": VPC, "property": "id"}], "text": whole}
    resource["propertyDependencies"] = {"list": [VPC, STACK]}
    assert read_resource(resource).inputs == {
        "list": [Unknown((Reference(VPC, "id"),), whole, (VPC, STACK)), "known"],
        "other": Unknown(),
    }


def test_only_a_leaf_that_is_one_whole_reference_has_a_target() -> None:
    one = Reference(VPC, "id")
    assert Unknown((one,), str(one)).target == one
    assert Unknown((one,), f"prefix-{one}").target is None
    assert Unknown((one, one), f"{one}{one}").target is None
    assert Unknown().target is None


def test_every_field_of_a_resource_is_read() -> None:
    struct = struct_pb2.Struct()
    struct.update({"id": UNKNOWN, "key": {SIGNATURE: SECRET_SIGNATURE, "value": "hush"}})
    registration = Registration(
        urn=VPC,
        type="aws:ec2/vpc:Vpc",
        name="vpc",
        custom=True,
        parent=STACK,
        inputs=Decoded({"cidrBlock": "10.0.0.0/16"}),
        goal=Goal(provider="provider::id", protect=True, retain_on_delete=True, deleted_with=STACK),
        id="vpc-1",
        external=True,
        remote=True,
        outputs=decode(struct),
        dependencies=[STACK],
        property_dependencies={"cidrBlock": [STACK], "tags": []},
        aliases=["urn:old"],
        secret_outputs=["arn"],
        options={
            "deleteBeforeReplace": True,
            "ignoreChanges": ["tags"],
            "replaceOnChanges": ["cidrBlock"],
            "replaceWith": [STACK],
            "importID": "vpc-0",
            "customTimeouts": {"create": "5m"},
        },
        source={"file": "__main__.py", "line": 3},
    )
    assert read_resource(json.loads(write_json(registration.to_json()))) == Resource(
        urn=VPC,
        type="aws:ec2/vpc:Vpc",
        name="vpc",
        custom=True,
        parent=STACK,
        inputs={"cidrBlock": "10.0.0.0/16"},
        provider="provider::id",
        id="vpc-1",
        external=True,
        remote=True,
        protect=True,
        outputs={"id": Unknown(), "key": Secret()},
        dependencies=(STACK,),
        property_dependencies={"cidrBlock": (STACK,)},
        aliases=("urn:old",),
        options=Options(
            delete_before_replace=True,
            ignore_changes=("tags",),
            replace_on_changes=("cidrBlock",),
            retain_on_delete=True,
            deleted_with=STACK,
            replace_with=(STACK,),
            import_id="vpc-0",
            additional_secret_outputs=("arn",),
            custom_timeouts={"create": "5m"},
        ),
        source=Source("__main__.py", 3),
    )


def test_the_head_of_a_plan_is_read() -> None:
    root = shown(Decoded()) | {"urn": STACK, "type": "pulumi:pulumi:Stack", "outputs": {"url": "x"}}
    plan = read_plan(
        document(
            root,
            topology="aws-ec2",
            notices=[{"kind": "secret", "subject": "shop:key", "message": "not set"}],
            logs=[{"severity": "info", "message": "hello", "urn": ""}],
        )
    )
    assert (plan.project, plan.stack, plan.topology) == ("shop", "dev", "aws-ec2")
    assert plan.outputs == {"url": "x"}
    assert plan.notices == (Notice("secret", "shop:key", "not set"),)
    assert plan.logs == (Log("info", "hello"),)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_plan_of_another_version_is_refused_with_both_versions_named(version: object) -> None:
    with pytest.raises(PlanFormatError, match=rf"given {version!r}; this Slipway reads version 1"):
        read_plan(document(version=version))


@pytest.mark.parametrize(
    "wrong",
    [
        {"resources": [{"urn": VPC}]},
        {"resources": None},
        {"resources": ["text"]},
        {"notices": [{"kind": "secret", "subject": "", "message": "", "more": 1}]},
        {"logs": [{}]},
    ],
    ids=str,
)
def test_what_is_not_a_plan_is_refused_as_such(wrong: dict[str, Any]) -> None:
    with pytest.raises(PlanFormatError, match="not a plan"):
        read_plan(document(**wrong))


def test_the_same_plan_is_written_with_the_same_bytes() -> None:
    one, two = {"b": 1, "a": {"d": "é", "c": []}}, {"a": {"c": [], "d": "é"}, "b": 1}
    assert write_json(one) == write_json(two)
    assert "é" in write_json(one)
