"""Exceptions accept one finding, by name and for a while, and hide nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from plan.model import Secret
from policies.exceptions import exception_rules, urn_end
from policies.host import EXCEPTIONS
from policies.judge import judged
from policies.redis.shared import RULE as SHARED_REDIS
from tests.policies.analyzer import Analyzer
from tests.policies.plans import GROUP, STACK, group, opaque, plan_of, resource

if TYPE_CHECKING:
    from plan.model import Resource, Value
    from policies.exceptions import Judgement

LAST = dt.date(2027, 3, 31)
SECOND = f"{GROUP}::second"


def exception(**changes: Value) -> dict[str, Value]:
    given: dict[str, Value] = {
        "rule": "shared-redis",
        "resource": SECOND,
        "reason": "both are filled by the same job",
        "owner": "shop-team",
        "expires": LAST.isoformat(),
    }
    return {**given, **changes}


def facts(*exceptions: Value) -> Resource:
    return resource("slipway:app:Application", "shop", {"redis": "managed", "exceptions": list(exceptions)})


def judgement(*exceptions: Value, day: dt.date = LAST, resources: tuple[Resource, ...] = ()) -> Judgement:
    rules = (SHARED_REDIS, *exception_rules((SHARED_REDIS,), lambda: day))
    return judged(plan_of([facts(*exceptions), *(resources or (group("first"), group("second")))]), rules, day)


def told(found: Judgement) -> list[tuple[str, str, str]]:
    return [(each.rule, each.status, urn_end(each.urn)) for each in found.findings]


def test_an_exception_covers_the_one_finding_that_it_names_and_stands_beside_the_others() -> None:
    found = judgement(exception())

    assert told(found) == [("shared-redis", "violation", f"{GROUP}::first")]
    (excepted,) = found.excepted
    assert urn_end(excepted.finding.urn) == SECOND
    assert excepted.to_json() == {**exception(), "finding": excepted.finding.to_json()}


def test_an_exception_holds_to_the_end_of_its_last_day_and_no_longer() -> None:
    assert len(judgement(exception()).excepted) == 1
    after = judgement(exception(), day=LAST + dt.timedelta(days=1))

    assert after.excepted == ()
    assert ("shared-redis", "violation", SECOND) in told(after)
    assert ("exceptions-in-force", "violation", "slipway:app:Application::shop") in told(after)
    ended = next(each for each in after.findings if each.rule == "exceptions-in-force")
    assert ended.level == "mandatory"
    assert "ended on 2027-03-31 (owner: shop-team; reason: both are filled by the same job)" in ended.message


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"rule": "shared-rediss"}, "violation"),
        ({"rule": "exceptions-in-force"}, "violation"),
        ({"expires": "soon"}, "unproven"),
        ({"expires": opaque()}, "unproven"),
        ({"owner": ""}, "unproven"),
        ({"reason": Secret()}, "unproven"),
        ({"resource": None}, "unproven"),
    ],
)
def test_an_exception_that_names_no_rule_or_cannot_be_read_covers_nothing_and_fails(
    changes: dict[str, Value], status: str
) -> None:
    found = judgement(exception(**changes))

    assert found.excepted == ()
    assert ("exceptions-in-force", status, "slipway:app:Application::shop") in told(found)


def test_nothing_is_excepted_from_the_rules_about_exceptions() -> None:
    shop = "slipway:app:Application::shop"
    found = judgement(exception(rule="exceptions-in-force", resource=shop), exception(expires="2020-01-01"), day=LAST)

    assert [each for each in found.excepted if each.exception.rule == "exceptions-in-force"] == []
    assert told(found).count(("exceptions-in-force", "violation", shop)) == 2


@pytest.mark.parametrize("given", [opaque(), Secret(), "shared-redis", None])
def test_exceptions_that_are_no_list_are_not_proven(given: Value) -> None:
    shop = resource("slipway:app:Application", "shop", {"redis": "managed", "exceptions": given})
    found = judged(plan_of([shop, group()]), exception_rules((SHARED_REDIS,)))

    assert [(each.rule, each.status) for each in found.findings] == [("exceptions-in-force", "unproven")]


def test_an_exception_that_covers_nothing_is_told_of() -> None:
    found = judgement(exception(), resources=(group("second"),))

    assert [(each.rule, each.level) for each in found.findings] == [("exceptions-needed", "advisory")]
    (told_of,) = found.findings
    covered = "shared-redis finds nothing at aws:elasticache/replicationGroup:ReplicationGroup::second"
    assert told_of.message == f"{covered}, and yet it is excepted (owner: shop-team)."


def test_an_exception_at_another_resource_than_the_finding_is_told_of() -> None:
    found = judgement(exception(), exception(resource=f"{GROUP}::third"))

    assert ("exceptions-needed", "violation", "slipway:app:Application::shop") in told(found)
    assert [each.exception.resource for each in found.excepted] == [SECOND]


def test_what_is_wrong_with_an_exception_is_said_with_what_to_do() -> None:
    nowhere, unreadable = (
        next(each for each in judgement(exception(**{key: "soon"})).findings if each.rule == "exceptions-in-force")
        for key in ("rule", "expires")
    )
    assert nowhere.message == f"there is no rule 'soon' that {SECOND} could be excepted from."
    assert nowhere.remedy == "Copy the rule's id from the finding: `slipway explain` lists them all."
    assert unreadable.message == "an exception is not given as plain text for rule, resource, reason, owner and day."
    assert unreadable.remedy.startswith("Mend what was excepted")


def test_a_finding_of_the_whole_stack_is_named_like_any_other() -> None:
    assert urn_end(STACK) == "pulumi:pulumi:Stack::shop-dev"
    assert urn_end("urn:pulumi:dev::shop::slipway:aws:Cache$aws:ec2/vpc:Vpc::a::b") == "aws:ec2/vpc:Vpc::a::b"


def test_the_pack_reports_what_is_excepted_and_lets_it_pass() -> None:
    far = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()
    found = Analyzer().judge([facts(exception(expires=far)), group("first"), group("second")])
    about = {(each.policy, each.mandatory): each.urn for each in found}

    assert about["shared-redis", True].endswith("::first")
    assert about[EXCEPTIONS, False].endswith("::second")
    (message,) = [each.message for each in found if each.policy == EXCEPTIONS]
    assert f"accepted until {far} by shop-team (both are filled by the same job): shared-redis: second is" in message
