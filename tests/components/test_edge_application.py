"""What a Worker guarantees: where it answers, what it is bound to, and how its Durable Objects are migrated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.cloudflare.durable_objects import migrations
from plan.model import Secret
from tests.components.planning import inside, part_of, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

NAME = "edge-application"


def worker(parts: Graph, name: str = NAME) -> Resource:
    return the_part(parts, name, "WorkersScript")


def bindings(parts: Graph, name: str = NAME) -> dict[str, Value]:
    told = worker(parts, name).inputs["bindings"]
    assert isinstance(told, list)
    return {str(inside(each, "name")): each for each in told}


def test_each_binding_has_the_form_of_its_kind(parts: Graph) -> None:
    found = bindings(parts)
    assert {name: inside(each, "type") for name, each in found.items()} == {
        "MODE": "plain_text",
        "SESSION_SECRET": "secret_text",
        "DB": "d1",
        "UPLOADS": "r2_bucket",
        "SESSIONS": "kv_namespace",
        "MAILS": "queue",
        "ROOMS": "durable_object_namespace",
        "ASSETS": "assets",
    }
    assert inside(found["SESSIONS"], "namespaceId") == "0123456789abcdef0123456789abcdef"
    assert inside(found["MAILS"], "queueName") == "shop-mails"
    assert inside(found["ROOMS"], "className") == "Room"
    assert inside(found["UPLOADS"], "bucketName") == "shop-uploads"
    assert inside(found["DB"], "databaseId") == "00000000-0000-4000-8000-000000000000"


def test_a_secret_is_shown_nowhere_in_the_plan(parts: Graph) -> None:
    assert "hunter2" not in repr(parts.plan)
    assert isinstance(inside(bindings(parts)["SESSION_SECRET"], "text"), Secret)


@pytest.mark.parametrize("name", [NAME, f"{NAME}-gradual", f"{NAME}-trial"])
def test_the_component_tells_what_the_worker_is_bound_to_and_no_value_of_it(parts: Graph, name: str) -> None:
    (made,) = [each for each in parts.plan.resources if each.name == name]
    assert made.outputs["bindings"] == [
        {"name": "MODE", "type": "plain_text"},
        {"name": "SESSION_SECRET", "type": "secret_text"},
        {"name": "DB", "type": "d1", "target": "00000000-0000-4000-8000-000000000000"},
        {"name": "UPLOADS", "type": "r2_bucket", "target": "shop-uploads"},
        {"name": "SESSIONS", "type": "kv_namespace", "target": "0123456789abcdef0123456789abcdef"},
        {"name": "MAILS", "type": "queue", "target": "shop-mails"},
        {"name": "ROOMS", "type": "durable_object_namespace", "target": "Room"},
        {"name": "ASSETS", "type": "assets"},
    ]


def test_a_worker_with_a_database_runs_near_it_and_another_near_its_visitors(parts: Graph) -> None:
    assert worker(parts).inputs["placement"] == {"mode": "smart"}
    assert "placement" not in worker(parts, f"{NAME}-bare").inputs


def test_nobody_reaches_it_past_the_zone(parts: Graph) -> None:
    closed = the_part(parts, NAME, "WorkersScriptSubdomain")
    assert (closed.inputs["enabled"], closed.inputs["previewsEnabled"]) == (False, False)
    (domain,) = part_of(parts, NAME, "WorkersCustomDomain")
    assert domain.inputs["hostname"] == "chat.shop.example"


def test_what_hangs_on_the_worker_waits_for_it(parts: Graph) -> None:
    for kind, key in (
        ("WorkersCustomDomain", "service"),
        ("WorkersScriptSubdomain", "scriptName"),
        ("WorkersCronTrigger", "scriptName"),
    ):
        assert the_part(parts, NAME, kind).property_dependencies[key] == (worker(parts).urn,)


def test_its_logs_are_kept(parts: Graph) -> None:
    assert inside(worker(parts).inputs["observability"], "enabled") is True
    assert inside(worker(parts).inputs["observability"], "logs", "enabled") is True


def test_the_code_is_the_file_with_this_sum(parts: Graph) -> None:
    made = worker(parts).inputs
    assert (made["contentFile"], made["mainModule"]) == ("dist/worker.js", "worker.js")
    assert made["contentSha256"] == "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"


def test_without_assets_and_crons_there_is_nothing_of_them(parts: Graph) -> None:
    assert "assets" not in worker(parts, f"{NAME}-bare").inputs
    assert part_of(parts, f"{NAME}-bare", "WorkersCronTrigger") == []


def test_the_worker_answers_first_where_it_is_told_to_and_else_a_file_does(parts: Graph) -> None:
    told = inside(worker(parts).inputs["assets"], "config")
    assert told == {"notFoundHandling": "single-page-application", "runWorkerFirst": ["/api/*", "!/api/docs/*"]}
    assert inside(worker(parts, f"{NAME}-unread").inputs["assets"], "config") == {"notFoundHandling": "none"}


def test_a_worker_that_does_not_read_its_files_itself_is_not_bound_to_them(parts: Graph) -> None:
    assert "ASSETS" in bindings(parts)
    assert "assets" not in {inside(each, "type") for each in bindings(parts, f"{NAME}-unread").values()}


# -- Durable Objects


def test_the_first_deployment_applies_every_migration_in_order(parts: Graph) -> None:
    assert worker(parts).inputs["migrations"] == {
        "newTag": "v2",
        "steps": [{"newSqliteClasses": ["Chat"]}, {"renamedClasses": [{"from": "Chat", "to": "Room"}]}],
    }


def test_a_later_one_applies_what_is_not_yet_applied(parts: Graph) -> None:
    assert worker(parts, f"{NAME}-migrated").inputs["migrations"] == {
        "oldTag": "v1",
        "newTag": "v2",
        "steps": [{"renamedClasses": [{"from": "Chat", "to": "Room"}]}],
    }


def test_where_all_is_applied_nothing_is(parts: Graph) -> None:
    assert worker(parts, f"{NAME}-done").inputs["migrations"] == {"oldTag": "v2", "newTag": "v2"}
    assert "migrations" not in worker(parts, f"{NAME}-bare").inputs


def test_no_class_begins_without_a_database_of_its_own(parts: Graph) -> None:
    for made in parts.of_type("cloudflare:index/workersScript:WorkersScript"):
        assert '"newClasses"' not in json.dumps(made.inputs.get("migrations"), default=str)


def test_the_state_tells_the_whole_list(parts: Graph) -> None:
    (made,) = [each for each in parts.plan.resources if each.name == f"{NAME}-migrated"]
    assert made.inputs["migrations"] == [
        {"tag": "v1", "newClasses": ["Chat"], "renamedClasses": {}, "deletedClasses": []},
        {"tag": "v2", "newClasses": [], "renamedClasses": {"Chat": "Room"}, "deletedClasses": []},
    ]


def test_a_tag_that_is_applied_and_not_listed_stops_the_program() -> None:
    with pytest.raises(ValueError, match="v9: this is applied, so it stands in the list; its tags are v1"):
        migrations([{"tag": "v1", "new_classes": ["Room"]}], "v9")


# -- data


def test_data_is_protected_unless_it_may_be_thrown_away(parts: Graph) -> None:
    assert the_part(parts, "edge-database", "D1Database").protect
    assert the_part(parts, "edge-uploads", "R2Bucket").protect
    assert not the_part(parts, "edge-database-thrown-away", "D1Database").protect


def test_what_is_thrown_away_goes_before_another_of_its_name_comes_and_nothing_else_does(parts: Graph) -> None:
    kinds = {"edge-database": "D1Database", "edge-uploads": "R2Bucket"}
    for name, kind in kinds.items():
        assert the_part(parts, f"{name}-thrown-away", kind).options.delete_before_replace
        assert not the_part(parts, name, kind).options.delete_before_replace


# -- messages and routes


def consumers(parts: Graph) -> dict[str, Resource]:
    found = parts.of_type("cloudflare:index/queueConsumer:QueueConsumer")
    return {each.name.removeprefix(f"{NAME}-"): each for each in found}


def test_messages_come_to_the_worker_as_they_were_said_to(parts: Graph) -> None:
    mails = consumers(parts)["mails-consumer"]
    assert mails.inputs["type"] == "worker"
    assert mails.inputs["deadLetterQueue"] == "shop-mails-dead"
    assert mails.inputs["settings"] == {"batchSize": 10, "maxWaitTimeMs": 5000, "maxRetries": 3, "retryDelay": 0}


def test_messages_that_nothing_takes_after_them_are_lost_where_that_was_said(parts: Graph) -> None:
    logs = consumers(parts)["logs-consumer"]
    assert "deadLetterQueue" not in logs.inputs
    assert inside(logs.inputs["settings"], "maxConcurrency") == 2


def test_the_worker_answers_the_paths_of_further_hosts(parts: Graph) -> None:
    found = [each for each in parts.of_type("cloudflare:index/workersRoute:WorkersRoute") if each.name[:4] == "edge"]
    patterns = {each.inputs["pattern"] for each in found}
    assert patterns == {
        "www.shop.example/api/*",
        "www.shop.example/login",
        "*.shop.example/*",
        "old.shop.example/api/*",
    }


def test_a_route_has_the_proxied_record_without_which_no_request_arrives(parts: Graph) -> None:
    records = {
        each.inputs["name"]: (each.inputs["type"], each.inputs["content"], each.inputs["proxied"])
        for each in parts.of_type("cloudflare:index/dnsRecord:DnsRecord")
        if each.name.startswith(f"{NAME}-")
    }
    assert records == {
        "www.shop.example": ("CNAME", "shop.example.net", True),
        "*.shop.example": ("AAAA", "100::", True),
    }
