"""The configuration of wrangler that `slipway render` writes: the Worker as the plan has it, and no secret.

Longer than 300 lines because each of its tests is about the one file, and most share the plan that it is written from.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from plan.graph import Graph
from plan.model import Plan, Reference, Resource, Secret, Unknown
from slipway.render.files import left_over, seen_from
from slipway.render.wrangler import wrangler_files
from slipway.render.wrangler_consumers import CONSUMER
from tests.stacks.edge_forms import at_the_edge, whole
from tests.stacks.project import graph, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from plan.model import Value

OWN = "slipway:cloudflare:EdgeApplication"
SCRIPT = "cloudflare:index/workersScript:WorkersScript"
ROUTE = "cloudflare:index/workersRoute:WorkersRoute"
DATABASE = "cloudflare:index/d1Database:D1Database"
QUEUE = "cloudflare:index/queue:Queue"
OF_VERSIONS = "cloudflare:index/worker:Worker"
VERSION = "cloudflare:index/workerVersion:WorkerVersion"
WORKER = {"scriptName": "shop", "contentFile": "dist/worker.js", "compatibilityDate": "2026-11-01"}
ZEROS = "00000000-0000-0000-0000-000000000000"


def resource(kind: str, name: str, inputs: Mapping[str, Any], parent: str = "") -> Resource:
    return Resource(urn(kind, name), kind, name, custom=":cloudflare:" not in kind, parent=parent, inputs=inputs)


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:s::p::{kind}::{name}"


def output(kind: str, name: str, key: str) -> Unknown:
    reference = Reference(urn(kind, name), key)
    return Unknown((reference,), str(reference))


def read(text: str) -> dict[str, Any]:
    """What wrangler reads: no line of ours but a comment begins with a slash."""
    found: dict[str, Any] = json.loads(re.sub(r"^//.*\n", "", text, flags=re.MULTILINE))
    return found


def rendered(*resources: Resource, root: str = ".") -> tuple[dict[str, dict[str, Any]], list[str]]:
    files, notes = wrangler_files(Graph(Plan("p", "s", resources)), root)
    return {file.path: read(file.content) for file in files}, notes


def bound(*bindings: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found, notes = rendered(resource(SCRIPT, "worker", {**WORKER, "bindings": list(bindings)}))
    return found["wrangler.jsonc"], notes


# -- a stack of ours


def edge(**changes: Any) -> dict[str, Any]:  # Any: a part of a stack file
    stack = "wrangler-" + "-".join(changes)
    write(stack, at_the_edge("helpdesk", "production", **changes))
    ((name, found),) = rendered(*graph(stack).plan.resources)[0].items()
    assert name == "wrangler.jsonc"
    return found


def test_a_stack_at_the_edge_says_all_that_its_worker_is() -> None:
    files = {"directory": "dist/client", "not_found": "404-page", "binding": "ASSETS"}
    assert edge(assets=files, crons=["0 3 * * *"]) == {
        "name": "helpdesk-production",
        "main": "dist/worker.js",
        "no_bundle": True,
        "find_additional_modules": False,
        "account_id": "0123456789abcdef0123456789abcdef",
        "compatibility_date": "2026-11-01",
        "compatibility_flags": ["nodejs_compat"],
        "workers_dev": False,
        "preview_urls": False,
        "routes": [{"pattern": "app.helpdesk.example.com", "custom_domain": True}],
        "vars": {"NODE_ENV": "production"},
        "secrets": {"required": ["JWT_SECRET"]},
        "d1_databases": [{"binding": "DB", "database_name": "helpdesk-production", "database_id": ZEROS}],
        "r2_buckets": [{"binding": "UPLOADS", "bucket_name": "helpdesk-production-uploads"}],
        "durable_objects": {"bindings": [{"name": "ROOMS", "class_name": "Room"}]},
        "assets": {"directory": "dist/client", "binding": "ASSETS", "not_found_handling": "404-page"},
        "migrations": [{"tag": "v1", "new_sqlite_classes": ["Room"]}],
        "triggers": {"crons": ["0 3 * * *"]},
        "observability": {
            "enabled": True,
            "head_sampling_rate": 1,
            "logs": {"enabled": True, "head_sampling_rate": 1, "invocation_logs": True},
        },
        "placement": {"mode": "smart"},
    }


def test_a_release_that_is_tried_has_a_file_of_its_own_beside_the_release() -> None:
    release = {
        **at_the_edge("helpdesk", "production")["slipway:topology"]["release"],
        "candidate": {"main": "dist/42/worker.js", "sha256": "ab" * 32, "percent": 10, "assets": "dist/42/client"},
    }
    form = at_the_edge(
        "helpdesk", "production", gradual=True, migrated="v1", assets={"directory": "dist/client"}, crons=["0 3 * * *"]
    )
    form["slipway:topology"]["release"] = release
    write("wrangler-tried", form)
    files, notes = rendered(*graph("wrangler-tried").plan.resources, root="..")
    assert notes == []
    assert list(files) == ["wrangler.jsonc", "wrangler-candidate.jsonc"]
    plain, tried = files.values()
    assert (plain["main"], plain["assets"]["directory"]) == ("../dist/worker.js", "../dist/client")
    assert (tried["main"], tried["assets"]["directory"]) == ("../dist/42/worker.js", "../dist/42/client")
    assert {**tried, "main": plain["main"], "assets": plain["assets"]} == plain
    script = edge(assets={"directory": "dist/client"}, crons=["0 3 * * *"])
    del script["placement"]  # nobody takes it of a version
    assert {**script, "main": plain["main"], "assets": plain["assets"]} == plain


def test_two_workers_of_versions_and_what_is_tried_have_names_of_their_own() -> None:
    def version(worker: str, name: str) -> Resource:
        modules = [{"name": "w.js", "contentFile": f"dist/{name}.js"}]
        told = {"workerId": output(OF_VERSIONS, worker, "id"), "mainModule": "w.js", "modules": modules}
        return resource(VERSION, name, told)

    shares = [{"versionId": output(VERSION, each, "id")} for each in ("z-old", "a-new")]
    files, notes = rendered(
        resource(OF_VERSIONS, "shop", {"name": "shop", "subdomain": {"enabled": True}}),
        resource(OF_VERSIONS, "jobs", {"name": "jobs"}),
        version("shop", "a-new"),
        version("shop", "z-old"),
        version("jobs", "only"),
        version("nobody's", "lost"),
        resource("cloudflare:index/workersDeployment:WorkersDeployment", "shop", {"versions": shares}),
        resource("cloudflare:index/workersDeployment:WorkersDeployment", "odd", {"versions": Unknown()}),
    )
    assert notes == []
    assert {path: file["main"] for path, file in files.items()} == {
        "wrangler-shop.jsonc": "dist/z-old.js",
        "wrangler-shop-candidate.jsonc": "dist/a-new.js",
        "wrangler-jobs.jsonc": "dist/only.js",
    }
    assert [file["workers_dev"] for file in files.values()] == [True, True, False]


@pytest.mark.parametrize("modules", [None, Unknown(), [], [Secret()], [{"name": "other.js", "contentFile": "x.js"}]])
def test_a_version_whose_file_is_not_known_says_so(modules: Value) -> None:
    told = {"workerId": output(OF_VERSIONS, "shop", "id"), "mainModule": "w.js", "modules": modules}
    files, notes = rendered(resource(OF_VERSIONS, "shop", {"name": "shop"}), resource(VERSION, "v", told))
    assert "main" not in files["wrangler.jsonc"]
    assert notes == ["wrangler.jsonc: `main` is left out: the Worker's file is not known."]


def test_the_messages_of_a_queue_come_to_the_worker_as_the_program_says() -> None:
    form = whole()
    form["slipway:topology"]["queues"]["LOGS"] = {"consumer": {"kind": "worker", "dead_letters": False}}
    write("wrangler-queues", form)
    found = rendered(*graph("wrangler-queues").plan.resources)[0]["wrangler.jsonc"]
    logs, mails = sorted(found["queues"]["consumers"], key=lambda each: str(each["queue"]))
    assert mails == {
        "queue": "helpdesk-production-mails",
        "max_batch_size": 50,
        "max_batch_timeout": 10,
        "max_retries": 5,
        "retry_delay": 60,
        "max_concurrency": 2,
        "dead_letter_queue": "helpdesk-production-mails-dead",
    }
    assert logs["queue"] == "helpdesk-production-logs"
    assert "dead_letter_queue" not in logs
    names = {each["queue"] for each in found["queues"]["producers"]}
    assert {each["queue"] for each in (logs, mails)} <= names


def test_a_consumer_of_a_queue_that_is_not_known_is_named_and_another_worker_s_is_none_of_ours() -> None:
    told = {"queueId": "0" * 32, "scriptName": "shop"}
    found, notes = rendered(
        resource(SCRIPT, "worker", WORKER),
        resource(CONSUMER, "mine", told),
        resource(CONSUMER, "others", {**told, "scriptName": "other"}),
    )
    assert "queues" not in found["wrangler.jsonc"]
    assert notes == ["wrangler.jsonc: the consumer mine is left out: its queue is not known."]


def test_what_is_not_known_of_a_consumer_is_named_and_a_wait_is_not_rounded() -> None:
    settings = {"batchSize": Unknown(), "maxWaitTimeMs": 1500, "maxRetries": "5", "retryDelay": True}
    told = {"queueId": output(QUEUE, "jobs", "id"), "scriptName": "shop", "deadLetterQueue": Unknown()}
    made = (resource(SCRIPT, "worker", WORKER), resource(QUEUE, "jobs", {"queueName": "shop-jobs"}))
    found, notes = rendered(*made, resource(CONSUMER, "jobs", {**told, "settings": settings}))
    assert found["wrangler.jsonc"]["queues"]["consumers"] == [{"queue": "shop-jobs", "max_batch_timeout": 1.5}]
    unknown = ["max_batch_size", "max_retries", "retry_delay", "dead_letter_queue"]
    assert [note.split("`")[1] for note in notes] == unknown
    assert notes[0] == "wrangler.jsonc: `max_batch_size` of the consumer of shop-jobs is left out: it is not known."


def test_migrations_of_durable_objects_are_all_of_them_also_after_they_are_applied() -> None:
    listed = [
        {"tag": "v1", "new": ["Chat", "Inbox"]},
        {"tag": "v2", "renamed": {"Chat": "Room"}},
        {"tag": "v3", "deleted": ["Inbox"]},
    ]
    assert edge(migrations=listed, migrated="v2")["migrations"] == [
        {"tag": "v1", "new_sqlite_classes": ["Chat", "Inbox"]},
        {"tag": "v2", "renamed_classes": [{"from": "Chat", "to": "Room"}]},
        {"tag": "v3", "deleted_classes": ["Inbox"]},
    ]


# -- any program's plan


def test_no_value_of_a_secret_is_in_it() -> None:
    found, notes = bound(
        {"name": "TOKEN", "type": "secret_text", "text": Secret()},
        {"name": "PLAIN", "type": "secret_text", "text": "hunter2"},
        {"name": "ODD", "type": "plain_text", "text": Secret()},
    )
    assert found["secrets"] == {"required": ["TOKEN", "PLAIN", "ODD"]}
    assert "vars" not in found
    assert "hunter2" not in json.dumps(found)
    assert notes == [
        "wrangler.jsonc: the value of ODD is left out: it is secret; .dev.vars gives it one.",
    ]


def test_what_only_deployment_tells_is_left_out_with_a_reason_or_has_a_stand_in() -> None:
    id_of_a_database = output(DATABASE, "main", "id")
    script = resource(
        SCRIPT,
        "worker",
        {
            **WORKER,
            "bindings": [
                {"name": "URL", "type": "plain_text", "text": Unknown()},
                {"name": "DB", "type": "d1", "databaseId": id_of_a_database},
                {"name": "OTHER", "type": "d1", "databaseId": Unknown()},
                {"name": "CACHE", "type": "kv_namespace", "namespaceId": output("x:y:Z", "cache", "id")},
                {"name": "JOBS", "type": "queue", "queueName": output(QUEUE, "jobs", "queueName")},
            ],
        },
    )
    made = [resource(DATABASE, "main", {"name": "shop"}), resource(QUEUE, "jobs", {"queueName": "shop-jobs"})]
    files, notes = rendered(script, *made)
    found = files["wrangler.jsonc"]
    assert found["d1_databases"] == [
        {"binding": "DB", "database_name": "shop", "database_id": ZEROS},
        {"binding": "OTHER", "database_id": ZEROS},
    ]
    assert found["secrets"] == {"required": ["URL"]}  # without it wrangler takes no value of it from .dev.vars
    assert found["kv_namespaces"] == [{"binding": "CACHE", "id": "cache"}]
    assert found["queues"] == {"producers": [{"binding": "JOBS", "queue": "shop-jobs"}]}
    assert [note for note in notes if "URL" in note] == [
        "wrangler.jsonc: the value of URL is left out: it is known after deployment; .dev.vars gives it one."
    ]


@pytest.mark.parametrize(
    ("bindings", "why"),
    [
        (Unknown(), "its bindings are not known."),
        (Secret(), "its bindings are not known."),
        ([Secret()], "a binding is left out: its name is not known."),
        ([{"name": "X"}], "the binding X is left out: its type is not known."),
        ([{"name": "X", "type": "wasm_module"}], "the binding X is left out: how wrangler runs wasm_module is not"),
        ([{"name": "X", "type": "json", "json": "{"}], "the variable X is left out: its value is not known."),
    ],
)
def test_a_binding_that_cannot_be_said_is_named(bindings: Value, why: str) -> None:
    found, notes = rendered(resource(SCRIPT, "worker", {**WORKER, "bindings": bindings}))
    assert found["wrangler.jsonc"]["name"] == "shop"
    assert len(notes) == 1
    assert why in notes[0]


def test_a_worker_whose_file_is_not_known_says_so() -> None:
    found, notes = rendered(resource(SCRIPT, "worker", {"scriptName": "shop", "content": "export default {}"}))
    assert "main" not in found["wrangler.jsonc"]
    assert notes == ["wrangler.jsonc: `main` is left out: the Worker's file is not known."]


def test_only_its_own_routes_and_hosts_are_the_workers() -> None:
    mine: dict[str, Any] = {
        "pattern": "shop.example/api/*",
        "zoneId": "f" * 32,
        "script": output(SCRIPT, "worker", "scriptName"),
    }
    found, _ = rendered(
        resource(SCRIPT, "worker", WORKER),
        resource(ROUTE, "mine", mine),
        resource(ROUTE, "others", {**mine, "script": "other", "pattern": "other.example/*"}),
    )
    assert found["wrangler.jsonc"]["routes"] == [{"pattern": "shop.example/api/*", "zone_id": "f" * 32}]


def test_several_workers_have_a_file_each() -> None:
    found, _ = rendered(
        resource(SCRIPT, "one", WORKER),
        resource(SCRIPT, "two", {**WORKER, "scriptName": "shop/../jobs"}),
        resource(SCRIPT, "three", {**WORKER, "scriptName": "shop-jobs"}),
    )
    assert list(found) == ["wrangler-shop.jsonc", "wrangler-shop-jobs.jsonc", "wrangler-shop-jobs-2.jsonc"]


def test_a_plan_without_a_worker_has_no_such_file() -> None:
    assert rendered(resource(DATABASE, "main", {"name": "shop"})) == ({}, [])


def test_migrations_that_another_program_has_are_not_guessed() -> None:
    migrations: dict[str, Any] = {"newTag": "v2", "steps": [{"newSqliteClasses": ["Room"]}]}
    found, notes = rendered(resource(SCRIPT, "worker", {**WORKER, "migrations": migrations}))
    assert found["wrangler.jsonc"]["migrations"] == []
    assert "wants them all" in notes[0]


def test_a_name_with_a_line_in_it_stays_in_its_comment() -> None:
    files, _ = wrangler_files(Graph(Plan("p", "s", (resource(SCRIPT, "w", {**WORKER, "scriptName": "a\n{}\u2028"}),))))
    assert read(files[0].content)["name"] == "a\n{}\u2028"


# -- where the file lies


def test_paths_are_seen_from_where_the_file_lies(tmp_path: Path) -> None:
    root = seen_from(tmp_path / "rendered" / "edge", tmp_path)
    worker = {**WORKER, "assets": {"directory": "dist/client"}}
    found, _ = rendered(resource(SCRIPT, "worker", worker), root=root)
    assert found["wrangler.jsonc"]["main"] == "../../dist/worker.js"
    assert found["wrangler.jsonc"]["assets"] == {"directory": "../../dist/client"}


def test_the_way_from_a_folder_to_itself_is_a_dot(tmp_path: Path) -> None:
    assert seen_from(tmp_path, tmp_path) == "."


def test_a_file_that_is_not_written_any_more_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrangler.jsonc").write_text("{}")
    assert list(left_over(tmp_path, [])) == [str(tmp_path / "wrangler.jsonc")]
