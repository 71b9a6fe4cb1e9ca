"""What namespaces of KV and queues guarantee: that what they keep stays, and where given up messages go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.components.planning import the_part

if TYPE_CHECKING:
    from plan.graph import Graph


def test_entries_and_messages_are_protected_and_those_that_were_given_up_too(parts: Graph) -> None:
    assert the_part(parts, "edge-namespace", "WorkersKvNamespace").protect
    queues = [each for each in parts.plan.resources if each.name.startswith("edge-queue-") and each.custom]
    kept = {each.name: each.protect for each in queues}
    assert kept == {"edge-queue-queue": True, "edge-queue-dead": True, "edge-queue-thrown-away-queue": False}


def test_a_namespace_that_is_retained_stays_in_the_account(parts: Graph) -> None:
    left = the_part(parts, "edge-namespace-left-behind", "WorkersKvNamespace")
    assert left.options.retain_on_delete
    assert not left.protect


def test_each_has_the_name_that_it_was_given(parts: Graph) -> None:
    assert the_part(parts, "edge-namespace", "WorkersKvNamespace").inputs["title"] == "shop-sessions"
    names = [each.inputs["queueName"] for each in parts.of_type("cloudflare:index/queue:Queue")]
    assert names.count("shop-mails-dead") == 2  # this one and the guarded one
