"""What simulated providers do not know is never called safe."""

from __future__ import annotations

from slipway.danger.judging import dangers
from slipway.danger.report import report
from slipway.simulated.differences import unproven
from tests.danger.steps import replaced, updated, urn

SQL = "gcp:sql/databaseInstance:DatabaseInstance"  # no file tells what replaces it
SECRET = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105 - a type token
RESIZED = updated(SQL, "main", {"databaseVersion": "15"}, {"databaseVersion": "16"})


def test_an_update_of_data_that_may_be_a_replacement_is_endangered_until_it_is_approved() -> None:
    (found,) = dangers([RESIZED], (), unproven).endangered
    approved = dangers([RESIZED], [urn(SQL, "main")], unproven)

    assert (found.happens, found.because) == ("unproven", ("databaseVersion",))
    assert "whether another databaseVersion replaces a database is not known here" in found.why
    assert "the real provider" in found.remedy
    assert (approved.unapproved, approved.unneeded) == ((), ())


def test_a_real_preview_says_itself_what_it_replaces() -> None:
    assert dangers([RESIZED]).endangered == ()


def test_nothing_is_said_to_be_lost_of_what_is_unproven() -> None:
    danger = dangers([RESIZED], (), unproven)

    assert danger.one_way == ()
    assert "unproven: whether" in report(danger)
    assert "No data is endangered" not in report(danger)


def test_a_certain_replacement_is_told_as_one() -> None:
    (found,) = dangers([replaced(SQL, "main", "name")], (), unproven).endangered
    assert found.happens == "replaced"


def test_tags_and_what_holds_no_data_and_what_is_written_anew_are_not_unproven() -> None:
    harmless = [
        updated(SQL, "main", {"tags": {}}, {"tags": {"a": "b"}}),
        updated("gcp:compute/network:Network", "net", {"mtu": 1}, {"mtu": 2}),
        updated(SECRET, "it", {"secretStringWo": "a"}, {"secretStringWo": "b"}),
    ]
    assert dangers(harmless, (), unproven).endangered == ()


def test_what_is_protected_counts_as_data_of_any_type() -> None:
    token = "aws:accountaccess/application:Application"  # noqa: S105 - a type token
    change = updated(token, "it", {"size": 1}, {"size": 2}, protect=True)
    assert [found.happens for found in dangers([change], (), unproven).endangered] == ["unproven"]
