"""The order in which a load balancer tries its rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.aws.routing import rule_priorities

names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=2, max_size=12)
services = st.dictionaries(names, st.integers(0, 3), max_size=60)


@given(services)
def test_every_rule_has_a_priority_of_its_own_that_aws_takes(specificity: dict[str, int]) -> None:
    priorities = rule_priorities(specificity)
    assert set(priorities) == set(specificity)
    assert len(set(priorities.values())) == len(priorities)
    assert all(1 <= priority <= 50_000 for priority in priorities.values())


@given(services)
def test_a_more_specific_rule_is_tried_first(specificity: dict[str, int]) -> None:
    priorities = rule_priorities(specificity)
    tried = sorted(specificity, key=priorities.__getitem__)
    assert [specificity[name] for name in tried] == sorted(specificity.values(), reverse=True)


@given(services)
def test_the_order_in_which_services_are_written_does_not_matter(specificity: dict[str, int]) -> None:
    backwards = dict(reversed(specificity.items()))
    assert rule_priorities(backwards) == rule_priorities(specificity)


def test_a_new_service_renumbers_no_other() -> None:
    few = rule_priorities({"api": 1, "web": 2})
    more = rule_priorities({"admin": 1, "api": 1, "sockets": 2, "web": 2})
    assert {name: more[name] for name in few} == few
