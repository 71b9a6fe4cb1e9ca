"""What a Worker has beside its database and files: namespaces, queues, routes."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from config.cloudflare import Cloudflare
from plan.model import Secret, Unknown
from stacks.cloudflare_trial import check_sums
from tests.components.planning import inside, target
from tests.stacks.edge_forms import WHOLE, at_the_edge
from tests.stacks.project import answered, graph, settings, write
from tests.stacks.test_edge_applications import bindings, kinds


def test_namespaces_and_queues_are_bound_by_the_names_that_were_written() -> None:
    found = kinds(WHOLE)
    assert {name for name, kind in found.items() if kind == "kv_namespace"} == {"SESSION_KEYS", "FLAGS"}
    assert {name for name, kind in found.items() if kind == "queue"} == {"MAILS", "EVENTS", "LOGS"}
    namespace = inside(bindings(WHOLE)["SESSION_KEYS"], "namespaceId")
    assert isinstance(namespace, Unknown)
    assert target(namespace) == "helpdesk-kv-session-keys-kv"


def test_their_names_in_the_account_tell_application_and_environment() -> None:
    found = graph(WHOLE)
    titles = {each.inputs["title"] for each in found.of_type("cloudflare:index/workersKvNamespace:WorkersKvNamespace")}
    names = {each.inputs["queueName"] for each in found.of_type("cloudflare:index/queue:Queue")}
    assert titles == {"helpdesk-production-session-keys", "helpdesk-production-flags"}
    assert names == {f"helpdesk-production-{end}" for end in ("mails", "mails-dead", "events", "logs", "logs-dead")}


def test_the_worker_takes_the_messages_of_each_queue_but_those_of_another() -> None:
    consumers = graph(WHOLE).of_type("cloudflare:index/queueConsumer:QueueConsumer")
    found = {each.name: each.inputs for each in consumers}
    assert set(found) == {"helpdesk-edge-mails-consumer", "helpdesk-edge-logs-consumer"}
    mails = found["helpdesk-edge-mails-consumer"]
    assert mails["settings"] == {
        "batchSize": 50,
        "maxConcurrency": 2,
        "maxRetries": 5,
        "maxWaitTimeMs": 10_000,
        "retryDelay": 60,
    }
    assert "deadLetterQueue" in mails
    assert "deadLetterQueue" in found["helpdesk-edge-logs-consumer"]


def test_messages_that_are_lost_are_told_of() -> None:
    said = at_the_edge("helpdesk", "production")
    said["slipway:topology"]["queues"] = {"LOGS": {"consumer": {"kind": "worker", "dead_letters": False}}}
    (finding,) = answered(write("helpdesk-lossy-edge", said)).findings
    assert (finding.rule, finding.level) == ("worker-dead-letters", "advisory")


def test_a_record_is_made_where_a_route_asks_for_one() -> None:
    records = graph(WHOLE).of_type("cloudflare:index/dnsRecord:DnsRecord")
    led = {each.inputs["name"]: (each.inputs["content"], each.inputs["proxied"]) for each in records}
    assert led == {
        "www.helpdesk.example.com": ("shop.example.net", True),
        "*.helpdesk.example.com": ("100::", True),
    }


def test_a_worker_may_have_routes_alone() -> None:
    routes = {"www.helpdesk.example.com": {"paths": ["/desk/*"], "record": {"kind": "there"}}}
    said = at_the_edge("helpdesk", "production", routes=routes)
    said["slipway:overrides"]["services"] = {}
    found = answered(write("helpdesk-routed-edge", said))
    assert found.findings == ()
    assert found.plan.outputs["url"] == "https://www.helpdesk.example.com/desk/"


def test_the_zone_itself_api_and_www_are_hosts_of_the_worker() -> None:
    own, api = ["helpdesk.example.com", "www.helpdesk.example.com"], ["api.helpdesk.example.com"]
    said = at_the_edge("helpdesk", "production")
    said["slipway:overrides"]["services"] = {"web": {"hosts": own}, "chat": {"hosts": api}}
    stack = write("helpdesk-three-edge", said)
    domains = graph(stack).of_type("cloudflare:index/workersCustomDomain:WorkersCustomDomain")
    assert sorted(str(each.inputs["hostname"]) for each in domains) == sorted([*own, *api])


def test_the_worker_is_told_the_keys_of_its_turnstile_the_one_in_clear_and_the_other_secret() -> None:
    (widget,) = graph(WHOLE).of_type("cloudflare:index/turnstileWidget:TurnstileWidget")
    assert widget.inputs["mode"] == "managed"
    told = widget.inputs["domains"]
    assert isinstance(told, list)
    ends = ("", "app.", "old.", "www.")
    assert sorted(map(str, told)) == sorted(f"{end}helpdesk.example.com" for end in ends)
    found = kinds(WHOLE)
    assert (found["TURNSTILE_SITE_KEY"], found["TURNSTILE_SECRET_KEY"]) == ("plain_text", "secret_text")
    assert isinstance(inside(bindings(WHOLE)["TURNSTILE_SECRET_KEY"], "text"), Secret)
    assert target(graph(WHOLE).plan.outputs["turnstileSiteKey"]) == "helpdesk-turnstile-widget"


# -- releases that are given to some requests first

OTHER = "ab" * 32
TRIAL = {"main": "next/worker.js", "sha256": OTHER, "percent": 25}


def trial(**worker: object) -> str:
    """A help desk that tries a release."""
    said = at_the_edge("helpdesk", "production", gradual=True, migrated="v1", **worker)
    said["slipway:topology"]["release"]["candidate"] = TRIAL
    return write("helpdesk-trial-edge", said)


def test_a_release_is_tried_on_some_requests() -> None:
    found = answered(trial())
    assert found.findings == ()
    (deployment,) = [each for each in found.plan.resources if each.type.endswith("WorkersDeployment")]
    told = deployment.inputs["versions"]
    assert isinstance(told, list)
    assert [inside(each, "percentage") for each in told] == [75, 25]
    assert [each for each in found.plan.resources if each.type.endswith("WorkersScript")] == []


def test_a_file_that_is_not_the_one_that_was_tested_stops_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = settings(trial()).topology
    assert isinstance(topology, Cloudflare)
    monkeypatch.chdir(tmp_path)
    check_sums(topology)  # no file is there: the provider misses it itself
    Path("next").mkdir()
    Path("next/worker.js").write_text("export default {}")
    with pytest.raises(
        pulumi.RunError, match=r"slipway:topology\.release\.candidate\.sha256: next/worker.js has the sum"
    ):
        check_sums(topology)
