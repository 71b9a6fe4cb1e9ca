"""The configuration that `slipway render` writes, held against wrangler's own schema and read by wrangler itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hypothesis
import jsonschema
import pytest
from hypothesis import strategies

from plan.graph import Graph
from plan.model import Plan, Resource, Secret, Unknown
from slipway.render.files import seen_from
from slipway.render.wrangler import wrangler_files
from slipway.render.wrangler_consumers import CONSUMER
from tests.chat.site import ask
from tests.edge_chat.development import development
from tests.machines.ports import free_port
from tests.slipway.test_render_wrangler import OWN, QUEUE, SCRIPT, output, read, resource, urn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from plan.model import Value
    from tests.edge_chat.conftest import Tools

MODULE = """\
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {}
export default {
  async fetch(request, env) {
    const { one } = await env.DB.prepare("SELECT 1 AS one").first();
    await env.UPLOADS.put("a", "b");
    const kept = await (await env.UPLOADS.get("a")).text();
    return Response.json([one, kept, env.MODE, env.SESSION_SECRET, typeof env.ROOMS.idFromName("x")]);
  },
};
"""
DATE = "2026-11-01"
names = strategies.from_regex(r"\A[A-Z][A-Z0-9_]{0,20}\Z")
classes = strategies.from_regex(r"\A[A-Z][A-Za-z0-9]{0,20}\Z")
texts = strategies.text(max_size=30)
untold: strategies.SearchStrategy[Value] = strategies.sampled_from([Unknown(), Secret()])


def binding(kind: str, **fields: strategies.SearchStrategy[Any]) -> strategies.SearchStrategy[dict[str, Any]]:
    told = {key: strategies.one_of(each, untold) for key, each in fields.items()}
    return strategies.fixed_dictionaries({"type": strategies.just(kind), **told})


BINDINGS = strategies.one_of(
    binding("plain_text", text=texts),
    binding("secret_text", text=texts),
    binding("json", json=strategies.one_of(texts, strategies.just('{"a": [1]}'))),
    binding("d1", databaseId=strategies.uuids().map(str)),
    binding("r2_bucket", bucketName=strategies.just("shop-files")),
    binding("kv_namespace", namespaceId=strategies.just("0" * 32)),
    binding("queue", queueName=strategies.just("shop-jobs")),
    binding("service", service=strategies.just("other")),
    binding("hyperdrive", id=strategies.just("0" * 32)),
    binding("analytics_engine", dataset=strategies.just("shop")),
    binding("vectorize", indexName=strategies.just("shop")),
    binding("durable_object_namespace", className=classes),
    binding("assets"),
    binding("ai"),
    binding("wasm_module"),
)


@strategies.composite
def plans(draw: strategies.DrawFn) -> Graph:
    """A Worker with any bindings, migrations, hosts and times, of a component of ours."""
    bound = draw(strategies.dictionaries(names, BINDINGS, max_size=6))
    folder: dict[str, Any] = {
        "directory": "dist/client",
        "config": {"notFoundHandling": draw(strategies.sampled_from(NOT_FOUND))},
    }
    script: dict[str, Any] = {
        "accountId": "0" * 32,
        "scriptName": "shop",
        "contentFile": "dist/worker.js",
        "compatibilityDate": DATE,
        "compatibilityFlags": ["nodejs_compat"],
        "bindings": [{"name": name, **each} for name, each in bound.items()],
        "observability": draw(strategies.sampled_from(OBSERVED)),
        **({"assets": folder} if any(each["type"] == "assets" for each in bound.values()) else {}),
        **({"placement": {"mode": "smart"}} if draw(strategies.booleans()) else {}),
    }
    migrations = [
        {"tag": f"v{at}", "newClasses": [name], "renamedClasses": {}, "deletedClasses": []}
        for at, name in enumerate(draw(strategies.lists(classes, max_size=3, unique=True)))
    ]
    hosts = draw(strategies.lists(strategies.sampled_from(["shop.example", "www.shop.example"]), unique=True))
    return Graph(
        Plan(
            "p",
            "s",
            (
                resource(OWN, "shop", {"migrations": migrations}),
                resource(SCRIPT, "worker", script, urn(OWN, "shop")),
                *(resource(DOMAIN, host, {"hostname": host, "service": "shop", "zoneId": "0" * 32}) for host in hosts),
                resource(QUEUE, "jobs", {"queueName": "shop-jobs"}),
                *draw(strategies.sampled_from([(), (TAKES,)])),
                resource(CRONS, "crons", {"scriptName": "shop", "schedules": [{"cron": "0 3 * * *"}]}),
            ),
        )
    )


DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain"
CRONS = "cloudflare:index/workersCronTrigger:WorkersCronTrigger"
TAKES = resource(
    CONSUMER,
    "jobs",
    {
        "queueId": output(QUEUE, "jobs", "id"),
        "scriptName": "shop",
        "deadLetterQueue": "shop-jobs-dead",
        "settings": {"batchSize": 1, "maxWaitTimeMs": 0, "maxRetries": 0, "retryDelay": 0, "maxConcurrency": 1},
    },
)
NOT_FOUND = ("none", "404-page", "single-page-application")
OBSERVED: tuple[Value, ...] = (
    None,
    {"enabled": False},
    {"enabled": True, "headSamplingRate": 0.5, "logs": {"enabled": True, "invocationLogs": True, "persist": True}},
    {"enabled": True, "traces": {"enabled": True, "destinations": ["there"]}},
    Unknown(),
)


def configuration(graph: Graph, root: str = ".") -> str:
    (file,) = wrangler_files(graph, root)[0]
    return file.content


@pytest.fixture(scope="session")
def faults(edge_tools: Tools) -> Callable[[Any], list[str]]:
    """What wrangler's own schema has against a configuration."""
    found = json.loads((edge_tools.packages / "wrangler" / "config-schema.json").read_text())
    schema = jsonschema.validators.validator_for(found)(found)
    return lambda told: [f"{each.json_path}: {each.message}" for each in schema.iter_errors(told)]


def test_the_schema_refuses_what_wrangler_does_not_know(faults: Callable[[Any], list[str]]) -> None:
    assert faults({"name": "shop", "mian": "dist/worker.js"})
    assert not faults({"name": "shop", "main": "dist/worker.js"})


@hypothesis.given(graph=plans())
def test_whatever_a_worker_is_bound_to_the_schema_accepts_it(faults: Callable[[Any], list[str]], graph: Graph) -> None:
    assert faults(read(configuration(graph))) == []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a built Worker and its files."""
    folder = tmp_path_factory.mktemp("project with a space")
    (folder / "dist" / "client").mkdir(parents=True)
    (folder / "dist" / "worker.js").write_text(MODULE)
    (folder / "dist" / "client" / "page.html").write_text("hello")
    (folder / "rendered").mkdir()
    return folder


@hypothesis.settings(max_examples=6, phases=[hypothesis.Phase.generate])  # each takes seconds
@hypothesis.given(graph=plans())
def test_wrangler_itself_takes_what_is_written(edge_tools: Tools, project: Path, graph: Graph) -> None:
    file = project / "rendered" / "wrangler.jsonc"
    file.write_text(configuration(graph, seen_from(file.parent, project)), encoding="utf-8")
    done = edge_tools.run("wrangler", "deploy", "--dry-run", "--config", file, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nexpected fields" not in done.stdout + done.stderr
    told = read(file.read_text(encoding="utf-8"))
    for name in told.get("vars", {}):
        assert f"env.{name} (" in done.stdout
    types = project / "rendered" / "types.d.ts"
    done = edge_tools.run("wrangler", "types", "--config", file, types, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    interface = types.read_text(encoding="utf-8").partition("interface __BaseEnv_Env {")[2].partition("\n}")[0]
    for name in (*told.get("vars", {}), *told.get("secrets", {}).get("required", [])):
        assert f"\t{name}: " in interface


BOUND: tuple[Mapping[str, Value], ...] = (
    {"name": "MODE", "type": "plain_text", "text": "production"},
    {"name": "SESSION_SECRET", "type": "secret_text", "text": Secret()},
    {"name": "DB", "type": "d1", "databaseId": Unknown()},
    {"name": "UPLOADS", "type": "r2_bucket", "bucketName": "shop-uploads"},
    {"name": "ROOMS", "type": "durable_object_namespace", "className": "Room"},
    {"name": "ASSETS", "type": "assets"},
)


def test_it_runs_on_this_machine_with_everything_that_it_is_bound_to(edge_tools: Tools, project: Path) -> None:
    inputs: dict[str, Any] = {
        "scriptName": "shop",
        "contentFile": "dist/worker.js",
        "compatibilityDate": DATE,
        "bindings": list(BOUND),
        "assets": {"directory": "dist/client"},
    }
    made: tuple[Resource, ...] = (
        resource(OWN, "shop", {"migrations": [{"tag": "v1", "newClasses": ["Room"]}]}),
        resource(SCRIPT, "worker", inputs, urn(OWN, "shop")),
    )
    folder = project / "rendered"
    (folder / "wrangler.jsonc").write_text(configuration(Graph(Plan("p", "s", made)), ".."))
    (folder / ".dev.vars").write_text("SESSION_SECRET=for this machine\n")
    run = "wrangler dev --local --config rendered/wrangler.jsonc"
    (project / "package.json").write_text(json.dumps({"name": "shop", "scripts": {"dev": run}}))
    port = free_port()
    with development(edge_tools, project, port):
        assert ask(port, "/api").body == [1, "b", "production", "for this machine", "object"]
        assert ask(port, "/page").body == b"hello"
