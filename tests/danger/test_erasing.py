"""Updates that delete data although the resource stays."""

from __future__ import annotations

import pytest

from slipway.danger.facts import UNKNOWN
from slipway.danger.judging import dangers
from tests.danger.steps import DATABASE, state, step, updated


def test_backups_that_are_turned_off_are_erased() -> None:
    change = updated(DATABASE, "it", {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 0})
    assert [found.happens for found in dangers([change]).endangered] == ["erased"]
    assert dangers([updated(DATABASE, "it", {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 3})]).notes == ()


@pytest.mark.parametrize(
    ("token", "before", "after", "erased"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", {}, {"retentionInDays": 1}, True),  # it was for ever
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 0}, {"retentionInDays": 1}, True),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": 7}, True),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": UNKNOWN}, True),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {"retentionInDays": 30}, False),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {"retentionInDays": 0}, False),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {}, False),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {"retentionInDays": 7, "tags": {}}, False),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": UNKNOWN}, {"retentionInDays": 7}, True),
        ("aws:rds/instance:Instance", {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": UNKNOWN}, True),
        ("aws:rds/instance:Instance", {"backupRetentionPeriod": 0}, {"backupRetentionPeriod": UNKNOWN}, False),
        ("aws:elasticache/replicationGroup:ReplicationGroup", {"snapshotRetentionLimit": 7}, {}, True),
        ("aws:elasticache/replicationGroup:ReplicationGroup", {}, {"snapshotRetentionLimit": 0}, False),
        ("aws:kinesis/stream:Stream", {}, {"retentionPeriod": 48}, False),  # it was a day
        ("aws:kinesis/stream:Stream", {"retentionPeriod": 48}, {}, True),
    ],
)
def test_a_retention_that_gets_shorter_erases_what_is_older(
    token: str, before: dict[str, object], after: dict[str, object], erased: object
) -> None:
    found = dangers([updated(token, "it", before, after)]).endangered
    assert [each.happens for each in found] == (["erased"] if erased else [])


def test_a_retention_that_is_hidden_and_changes_may_get_shorter() -> None:
    token = "aws:cloudwatch/logGroup:LogGroup"  # noqa: S105 - a type token
    hidden = state(token, "it", inputs={"retentionInDays": "[secret]"})
    assert len(dangers([step("update", hidden, hidden, ("retentionInDays",))]).endangered) == 1
    assert dangers([step("update", hidden, hidden, ("tags",))]).endangered == ()


def test_objects_that_a_rule_deletes_earlier_are_erased() -> None:
    def rules(days: int) -> dict[str, list[dict[str, object]]]:
        return {"rules": [{"id": "all", "expiration": {"days": days}}]}

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"  # noqa: S105 - a type token
    assert [each.happens for each in dangers([updated(token, "it", rules(90), rules(30))]).endangered] == ["erased"]
    assert dangers([updated(token, "it", rules(30), rules(90))]).endangered == ()


@pytest.mark.parametrize(
    ("before", "after", "erased"),
    [
        ([7, 365], [7, 30], True),  # beside another rule, which is shorter and stays
        ([7, 365], [7, 365, 30], True),
        ([7, 365], [7], False),
        ([7, 365], [365, 7], False),
        ([("a", 7), ("b", 365)], [("a", 365), ("b", 30)], True),
        ([("a", 7), ("b", 365)], [("b", 365), ("a", 30)], False),
        ([("a", 7), ("b", 365)], [("a", 30), ("b", 400)], False),
        ([("a", 7)], [("b", 7)], False),  # the same under another name
        ([("a", 7)], [("b", 30)], True),  # another rule, for other objects as far as anybody knows
        ([("a", 7)], [("b", 30), ("a", 7)], True),
        ([("a", UNKNOWN)], [("a", 30)], True),
        ([("a", 30)], [("a", UNKNOWN)], True),
        ([("a", 7)], UNKNOWN, True),
        (UNKNOWN, [("a", 7)], True),
        ([("a", 7)], [], False),
    ],
)
def test_rules_are_told_apart_by_their_ids_and_what_stays_says_nothing_of_what_comes(
    before: object, after: object, *, erased: bool
) -> None:
    def rules(given: object) -> dict[str, object]:
        pairs = [each if isinstance(each, tuple) else ("", each) for each in given] if isinstance(given, list) else []
        listed = [{**({"id": name} if name else {}), "expiration": {"days": days}} for name, days in pairs]
        return {"rules": listed if isinstance(given, list) else given}

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"  # noqa: S105 - a type token
    found = dangers([updated(token, "it", rules(before), rules(after))]).endangered
    assert [each.happens for each in found] == (["erased"] if erased else [])


def test_a_rule_that_is_switched_on_erases_and_one_that_is_off_does_not() -> None:
    def rules(status: str, days: int) -> dict[str, object]:
        return {"rules": [{"id": "all", "status": status, "expiration": {"days": days}}]}

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"  # noqa: S105 - a type token
    on = dangers([updated(token, "it", rules("Disabled", 7), rules("Enabled", 7))])
    assert [each.happens for each in on.endangered] == ["erased"]
    assert dangers([updated(token, "it", rules("Disabled", 90), rules("Disabled", 7))]).endangered == ()
    assert dangers([updated(token, "it", rules("Enabled", 7), rules("Disabled", 7))]).endangered == ()


def test_classes_that_are_hidden_and_change_may_be_more() -> None:
    token = "cloudflare:index/workersScript:WorkersScript"  # noqa: S105 - a type token
    for migrations in ("[secret]", {"deletedClasses": "[secret]"}):
        hidden = state(token, "it", inputs={"migrations": migrations})
        assert len(dangers([step("update", hidden, hidden, ("migrations",))]).endangered) == 1
        assert dangers([step("update", hidden, hidden, ("content",))]).endangered == ()
