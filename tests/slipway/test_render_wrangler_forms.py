"""Wrangler's configuration of a Worker that has versions, and of one that takes messages from queues."""

from __future__ import annotations

from typing import Any

import pytest

from plan.model import Resource, Secret, Unknown
from tests.slipway.test_render_wrangler import QUEUE, ROUTE, SCRIPT, WORKER, output, rendered, resource
from tests.stacks.edge_forms import MAILS, at_the_edge
from tests.stacks.project import graph, write

MADE, VERSION = "cloudflare:index/worker:Worker", "cloudflare:index/workerVersion:WorkerVersion"
DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
ASSETS = {"directory": "dist/client", "not_found": "404-page", "binding": "ASSETS", "worker_first": ["/api/*"]}


def stack(name: str, *, gradual: bool, candidate: bool = False) -> tuple[dict[str, Any], list[str]]:
    """A help desk with everything, and what is said of it."""
    routes = {"www.helpdesk.example.com": {"paths": ["/api/*"], "record": {"kind": "nowhere"}}}
    worker = {"gradual": gradual, "migrated": "v1", "routes": routes, "crons": ["0 3 * * *"], "assets": ASSETS}
    said = at_the_edge("helpdesk", "production", **worker)
    topology = said["slipway:topology"]
    topology |= {"namespaces": {"FLAGS": {}}, "queues": {"MAILS": {"consumer": MAILS}, "LOGS": {}}}
    if candidate:
        other = {"main": "next/worker.js", "sha256": "ab" * 32, "percent": 60, "assets": "next/client"}
        topology["release"]["candidate"] = other
    write(name, said)
    found, notes = rendered(*graph(name).plan.resources)
    return found["wrangler.jsonc"], notes


def test_a_worker_with_versions_is_said_as_the_one_with_a_script_is() -> None:
    script, _ = stack("wrangler-script", gradual=False)
    versions, notes = stack("wrangler-versions", gradual=True)
    assert script.pop("placement") == {"mode": "smart"}  # which no version has: the provider sends it nowhere
    assert versions == script
    assert notes == []
    assert versions["assets"]["run_worker_first"] == ["/api/*"]
    assert versions["routes"][-1] == {"pattern": "www.helpdesk.example.com/api/*", "zone_id": "fedcba9876543210" * 2}
    assert versions["kv_namespaces"] == [{"binding": "FLAGS", "id": "helpdesk-kv-flags-kv"}]
    assert versions["observability"]["enabled"] is True


def test_of_two_releases_the_file_has_the_one_that_is_not_on_trial_and_names_the_other() -> None:
    found, notes = stack("wrangler-trial", gradual=True, candidate=True)
    assert (found["main"], found["assets"]["directory"]) == ("dist/worker.js", "dist/client")
    assert len(notes) == 1
    assert "helpdesk-edge-version-abababababab is left out" in notes[0]


def test_the_queues_whose_messages_it_takes_are_there_with_every_figure() -> None:
    found, _ = stack("wrangler-queues", gradual=True)
    assert found["queues"]["producers"] == [
        {"binding": "LOGS", "queue": "helpdesk-production-logs"},
        {"binding": "MAILS", "queue": "helpdesk-production-mails"},
    ]
    assert {each["queue"]: each for each in found["queues"]["consumers"]}["helpdesk-production-mails"] == {
        "queue": "helpdesk-production-mails",
        "max_batch_size": 50,
        "max_batch_timeout": 10,
        "max_retries": 5,
        "max_concurrency": 2,
        "retry_delay": 60,
        "dead_letter_queue": "helpdesk-production-mails-dead",
    }


# -- any program's plan


def worker(*versions: tuple[str, int], **inputs: Any) -> tuple[Resource, ...]:
    """A Worker with these versions, each with its share."""
    shares = [{"versionId": output(VERSION, name, "id"), "percentage": share} for name, share in versions]
    script_name = output(MADE, "worker", "name")
    return (
        resource(MADE, "worker", {"name": "shop", "subdomain": {"enabled": True}, "accountId": "a" * 32}),
        *(resource(VERSION, name, {**modules("worker.js"), **inputs}) for name, _ in versions),
        resource(DEPLOYMENT, "shares", {"scriptName": script_name, "versions": shares}),
    )


def modules(*names: str) -> dict[str, Any]:
    return {"mainModule": "worker.js", "modules": [{"name": name, "contentFile": f"dist/{name}"} for name in names]}


def test_what_leads_to_a_worker_by_its_resource_or_its_name_is_its_own() -> None:
    own, zone = output(MADE, "worker", "name"), "f" * 32
    found, _ = rendered(
        *worker(("one", 100)),
        resource(ROUTE, "mine", {"pattern": "shop.example/*", "zoneId": zone, "script": own}),
        resource(ROUTE, "named", {"pattern": "shop.example/x", "zoneId": zone, "script": "shop"}),
        resource(ROUTE, "other", {"pattern": "other.example/*", "zoneId": zone, "script": "other"}),
    )
    told = found["wrangler.jsonc"]
    assert [each["pattern"] for each in told["routes"]] == ["shop.example/*", "shop.example/x"]
    assert (told["workers_dev"], told["preview_urls"], told["account_id"]) == (True, False, "a" * 32)


@pytest.mark.parametrize(
    "resources",
    [
        worker(("one", 100))[:-1],
        (*worker(("one", 100))[:-1], resource(DEPLOYMENT, "d", {"scriptName": "shop", "versions": Unknown()})),
        (*worker(("one", 100))[:-1], resource(DEPLOYMENT, "d", {"scriptName": "shop", "versions": [{"versionId": 1}]})),
        (*worker(("one", 100))[:-1], resource(DEPLOYMENT, "d", {"scriptName": "shop", "versions": [Secret()]})),
        (*worker(("one", 100))[:-1], resource(DEPLOYMENT, "d", {"scriptName": "other", "versions": []})),
    ],
)
def test_a_worker_of_which_no_version_is_known_to_answer_says_so(resources: tuple[Resource, ...]) -> None:
    found, notes = rendered(*resources)
    assert found["wrangler.jsonc"]["name"] == "shop"
    assert "main" not in found["wrangler.jsonc"]
    assert "what it runs is left out" in notes[0]


def test_modules_beside_the_main_one_are_named() -> None:
    _, notes = rendered(*worker(("one", 100), **modules("other.js", "worker.js")))
    assert notes == ["wrangler.jsonc: the module other.js is left out: only the main module is run."]


def consumed(**inputs: Any) -> tuple[dict[str, Any], list[str]]:
    """A Worker that takes a queue's messages."""
    said = {"type": "worker", "scriptName": output(SCRIPT, "worker", "scriptName"), **inputs}
    found, notes = rendered(
        resource(SCRIPT, "worker", WORKER),
        resource(QUEUE, "jobs", {"queueName": "shop-jobs"}),
        resource(QUEUE, "hidden", {"queueName": Unknown()}),
        resource(CONSUMER, "consumer", said),
        resource(CONSUMER, "others", {**said, "scriptName": "other"}),
    )
    return found["wrangler.jsonc"], notes


def test_a_consumer_whose_figures_are_not_said_has_none() -> None:
    found, notes = consumed(queueId=output(QUEUE, "jobs", "id"), deadLetterQueue="shop-dead")
    assert found["queues"] == {"consumers": [{"queue": "shop-jobs", "dead_letter_queue": "shop-dead"}]}
    assert notes == []


@pytest.mark.parametrize("queue", [Unknown(), "0" * 32, output(QUEUE, "hidden", "id"), output(SCRIPT, "worker", "id")])
def test_a_consumer_of_a_queue_whose_name_is_not_known_is_named(queue: Any) -> None:
    found, notes = consumed(queueId=queue)
    assert "queues" not in found
    assert notes == ["wrangler.jsonc: the consumer consumer is left out: the name of its queue is not known."]


def test_what_is_not_known_of_a_consumer_is_named() -> None:
    settings = {"batchSize": Unknown(), "maxWaitTimeMs": 1500, "maxRetries": "5", "retryDelay": True}
    found, notes = consumed(queueId=output(QUEUE, "jobs", "id"), deadLetterQueue=Unknown(), settings=settings)
    assert found["queues"]["consumers"] == [{"queue": "shop-jobs", "max_batch_timeout": 1.5}]
    assert [note.split("`")[1] for note in notes] == [
        "max_batch_size", "max_retries", "retry_delay", "dead_letter_queue",
    ]  # fmt: skip
    assert len(consumed(queueId=output(QUEUE, "jobs", "id"), settings=Unknown())[1]) == 5


def test_files_whose_folder_is_not_known_are_named() -> None:
    bound = [{"name": "ASSETS", "type": "assets"}]
    found, notes = rendered(resource(SCRIPT, "worker", {**WORKER, "bindings": bound, "assets": {"jwt": "x"}}))
    assert "assets" not in found["wrangler.jsonc"]
    assert notes == ["wrangler.jsonc: `assets` is left out: the folder of its files is not known."]
