"""Plans for the rules about Workers of Cloudflare."""

from __future__ import annotations

from typing import Any

from plan.model import Unknown
from tests.policies.cases.building import Cases, Resources, a
from tests.policies.plans import opaque, whole

QUEUE = a("cloudflare:index/queue:Queue", "dead", queueName="dead")
KEPT = {"enabled": True, "logs": {"enabled": True, "invocationLogs": True}}


def script(**inputs: Any) -> Resources:
    return [a("cloudflare:index/workersScript:WorkersScript", "web", scriptName="web", **inputs)]


def worker(**inputs: Any) -> Resources:
    return [a("cloudflare:index/worker:Worker", "web", name="web", **inputs)]


def version(date: Any) -> Resources:
    return [a("cloudflare:index/workerVersion:WorkerVersion", "web-1", workerId="web", compatibilityDate=date)]


def functions(**dates: Any) -> Resources:
    configs = {kind: {"compatibilityDate": date} for kind, date in dates.items()}
    return [a("cloudflare:index/pagesProject:PagesProject", "site", name="site", deploymentConfigs=configs)]


def subdomain(**inputs: Any) -> Resources:
    kind = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
    return [a(kind, "web", scriptName="web", **inputs)]


def consumer(kind: Any = "worker", **inputs: Any) -> Resources:
    return [QUEUE, a("cloudflare:index/queueConsumer:QueueConsumer", "mails", queueId="q", type=kind, **inputs)]


CASES = {
    "worker-compatibility-date": Cases(
        good={
            "the newest": script(compatibilityDate="2026-11-01"),
            "a year ago": script(compatibilityDate="2025-11-01"),
            "none": script(),
            "a version": version("2026-10-01"),
            "functions of Pages": functions(production="2026-10-01", preview="2026-11-01"),
        },
        bad={
            "a year and a day ago": script(compatibilityDate="2025-10-31"),
            "the first of all": script(compatibilityDate="2021-11-02"),
            "a version": version("2023-01-01"),
            "functions of previews": functions(production="2026-10-01", preview="2023-01-01"),
            "under its older name": [
                a("cloudflare:index/workerScript:WorkerScript", "web", compatibilityDate="2024-01-01")
            ],
        },
        unproven={
            "unknown": script(compatibilityDate=Unknown()),
            "no day": script(compatibilityDate="latest"),
            "a day after the newest": script(compatibilityDate="2026-11-02"),
            "functions a day after the newest": functions(production="2026-11-02"),
            "a year that may be a slip": script(compatibilityDate="2062-11-01"),
        },
    ),
    "worker-dead-letters": Cases(
        good={
            "by its name": consumer(deadLetterQueue="dead"),
            "of the plan": consumer(deadLetterQueue=whole(QUEUE, "queueName")),
            "somebody who fetches them": consumer("http_pull", deadLetterQueue="dead"),
            "notices": consumer("notification"),
        },
        bad={
            "none": consumer(),
            "empty": consumer(deadLetterQueue=""),
            "nobody who fetches them": consumer("http_pull"),
        },
        unproven={"unknown": consumer(deadLetterQueue=Unknown())},
    ),
    "worker-logs": Cases(
        good={
            "all": script(observability=KEPT),
            "the whole": script(observability={"enabled": True}),
            "a Worker by itself": worker(observability=KEPT),
        },
        bad={
            "nothing said": script(),
            "off": script(observability={"enabled": False}),
            "logs off": script(observability={"enabled": True, "logs": {"enabled": False}}),
            "a Worker by itself": worker(),
        },
        unproven={
            "unknown": script(observability={"enabled": Unknown()}),
            "unknown logs": worker(observability={"enabled": True, "logs": {"enabled": Unknown()}}),
        },
    ),
    "worker-not-under-workers-dev": Cases(
        good={
            "off": subdomain(enabled=False, previewsEnabled=False),
            "nothing of previews": subdomain(enabled=False),
            "a Worker by itself": worker(subdomain={"enabled": False, "previewsEnabled": False}),
            "nothing said": worker(),
        },
        bad={
            "on": subdomain(enabled=True),
            "previews": subdomain(enabled=False, previewsEnabled=True),
            "a Worker by itself": worker(subdomain={"enabled": True}),
        },
        unproven={
            "unknown": subdomain(enabled=opaque(QUEUE)),
            "unknown previews": worker(subdomain={"enabled": False, "previewsEnabled": Unknown()}),
        },
    ),
}
