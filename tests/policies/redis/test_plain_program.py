"""The rules about Redis on a program in plain pulumi_aws."""

from __future__ import annotations

from policies.judge import judge
from policies.redis.rules import RULES
from tests.policies.plain import planned


def test_each_disguise_in_a_plain_program_is_caught_and_nothing_else() -> None:
    plan = planned("redis").plan
    found = {(each.urn.rpartition("::")[2], each.rule): each.status for each in judge(plan, RULES)}
    bad = {each.name for each in plan.resources if each.name.startswith("bad-")}
    assert len(bad) == 16
    assert found == {
        **{(name, "shared-redis"): "violation" for name in bad},
        ("bad-address", "external-redis-over-tls"): "violation",
    }
