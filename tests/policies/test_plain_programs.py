"""The rules on programs in plain pulumi_aws and pulumi_cloudflare, recorded as `slipway check --project` does."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from plan.model import Secret
from policies.catalogue import RULES
from policies.network.rules import RULES as NETWORK
from slipway.planning import Order, Planned, plan_stack
from slipway.project import Project
from tests.policies.test_every_rule import BY_ID

HERE = Path(__file__).parent
# Rules that need what these programs have not: facts of an application, machines of other hosts.
FACTS = {"required-tags", "exceptions-in-force", "exceptions-needed"}
ON_NETWORKS = {rule.id for rule in NETWORK}  # have plans of whole networks of their own: tests/policies/network
NOT_HERE = {rule.id for rule in RULES if rule.id.startswith("server-")} | FACTS


@cache
def planned(name: str) -> Planned:
    config = {"config": {"plain:databasePassword": "hunter2-of-the-settings"}} if name == "good" else {}
    return plan_stack(Order(Project.find(HERE / "programs" / name), config), "dev")


def test_a_good_program_has_no_findings() -> None:
    assert [each for each in planned("good").findings if each.rule not in ON_NETWORKS] == []


def test_a_bad_program_breaks_every_rule() -> None:
    broken = {each.rule for each in planned("bad").findings if each.status == "violation"}
    assert set(BY_ID) - broken - ON_NETWORKS == NOT_HERE


def test_a_password_in_plain_text_is_told_from_a_secret() -> None:
    given = {name: _inputs(name, "aws:rds/instance:Instance", "db")["password"] for name in ("good", "bad")}
    assert given == {"good": Secret(), "bad": Secret(plain=True)}
    cluster = "aws:rds/cluster:Cluster"
    assert _inputs("bad", cluster, "of-the-settings")["masterPassword"] == Secret(plain=True)
    assert _inputs("bad", cluster, "of-the-environment")["masterPassword"] == Secret()
    assert "hunter2-" not in json.dumps(planned("bad").document)


def test_no_finding_quotes_a_secret() -> None:
    said = json.dumps([each.to_json() for each in planned("bad").findings])
    assert "hunter2" not in said
    assert "IOSFODNN7EXAMPLE" not in said


def _inputs(program: str, kind: str, name: str) -> dict[str, object]:
    (found,) = (each for each in planned(program).plan.resources if (each.type, each.name) == (kind, name))
    return dict(found.inputs)
