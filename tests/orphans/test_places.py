"""The place that an orphan most likely has: a clear guess or none."""

from __future__ import annotations

import pytest

from plan.model import Plan, Resource, Value
from slipway.orphans.places import Place, likely_place

TOPIC, SUBNET, KEY, PARAMETER = (
    "aws:sns/topic:Topic",
    "aws:ec2/subnet:Subnet",
    "aws:kms/key:Key",
    "aws:ssm/parameter:Parameter",
)


def resource(kind: str, name: str, /, **inputs: Value) -> Resource:
    return Resource(f"urn:pulumi:dev::shop::{kind}::{name}", kind, name, True, "", inputs)  # noqa: FBT003 - the model's


PLAN = Plan(
    "shop",
    "dev",
    (
        resource(TOPIC, "orders"),
        resource(TOPIC, "orders-alarms"),
        resource(SUBNET, "data-a", tags={"Name": "data", "zone": "a"}),
        resource(SUBNET, "data-b", tags={"Name": "data", "zone": "b"}),
        resource(SUBNET, "public", tags={"Name": "public"}),
        resource(SUBNET, "subnet", tags={"Name": "other"}),
        resource(SUBNET, "twin-a", tags={"Name": "twin"}),
        resource(SUBNET, "twin-b", tags={"Name": "twin"}),
        resource(KEY, "alarms-key"),
        resource(PARAMETER, "api-url", name="/orders/api/URL"),
    ),
)


def place(kind: str, tags: dict[str, str] | None = None, recorded: tuple[str, ...] = (), **fields: str) -> Place | None:
    return likely_place(PLAN, kind, fields, tags or {}, [f"urn:pulumi:dev::shop::{kind}::{name}" for name in recorded])


@pytest.mark.parametrize(
    ("found", "name", "because"),
    [
        (place(TOPIC, name="orders-1a2b3c4"), "orders", "name"),
        (place(TOPIC, name="orders-alarms-1a2b3c4"), "orders-alarms", "name"),
        (place(TOPIC, name="orders-1a2b3c4", recorded=("orders",)), "orders", "name"),
        (place(PARAMETER, id="/orders/api/URL"), "api-url", "name"),
        (place(SUBNET, {"Name": "data", "zone": "b", "application": "x"}), "data-b", "tags"),
        (place(KEY, id="11111111-2222"), "alarms-key", "only"),
        (place(SUBNET, {"Name": "twin"}, ("twin-a",)), "twin-b", "tags"),
        (
            place(SUBNET, {}, ("data-a", "data-b", "public", "twin-a", "twin-b"), id="subnet-0123456789abcdef0"),
            "subnet",
            "only",
        ),
    ],
)
def test_name_tags_or_being_the_only_one_speak_for_a_place(found: Place | None, name: str, because: str) -> None:
    assert found is not None
    assert (found.resource.name, found.because) == (name, because)


def test_where_nothing_speaks_for_one_place_there_is_no_guess() -> None:
    assert place(SUBNET, {"Name": "data"}) is None
    assert place(SUBNET, {"Name": "twin"}) is None
    assert place(SUBNET, id="subnet-0123456789abcdef0") is None
    assert place(TOPIC, name="quite-another") is None
    assert place(KEY, recorded=("alarms-key",), id="11111111-2222") is None
    assert place("aws:sqs/queue:Queue", name="orders-1a2b3c4") is None
