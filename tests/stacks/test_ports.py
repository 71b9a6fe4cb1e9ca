"""AWS refuses a second rule for the same port and place as a duplicate, whatever it is called."""

from __future__ import annotations

from plan.graph import Graph
from tests.stacks.forms import form
from tests.stacks.project import answered, write

EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def test_two_things_outside_on_one_port_are_reached_by_one_rule() -> None:
    content = form("orders", "development")
    over = content.setdefault("slipway:overrides", {})
    over["data"] = {
        "redis": {"kind": "external", "host": "cache.example.com", "port": 5432, "password": "REDIS_PASSWORD"}
    }
    over["secrets"] = {"REDIS_PASSWORD": {}}
    found = Graph(answered(write("orders-one-port", content)).plan)
    outside = [rule.inputs["fromPort"] for rule in found.of_type(EGRESS) if "cidrIpv4" in rule.inputs]
    assert sorted(map(str, outside)) == ["443", "5432"]
