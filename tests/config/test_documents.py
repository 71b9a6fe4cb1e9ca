"""The five applications say what their teams' documents say: each variable, port, path, threshold and figure.

The tables hold the documents' facts. What an application says beyond them stands in a list with the reason, so that
nothing is left out unseen and nothing is made up unseen. Longer than 300 lines because the tables are only of use
together.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.application import Application
from config.aws_ec2 import AwsEc2
from config.effective import effective
from config.frontend import ViteFrontend
from config.resolve import applications
from tests.config.conftest import ROOT

if TYPE_CHECKING:
    from config.data import ExternalPostgres, ExternalRedis

# Each variable that a document names for the application, and where its value comes from: a source of `derived`,
# `secret`, `optional secret`, `build` (told to the browser when the frontend is built), or the plain value itself.
VARIABLES: dict[str, dict[str, str]] = {
    "drops": {"NODE_ENV": "mode", "PORT": "port"},
    "helpdesk": {},
    "mentors": {
        "ALLOWED_ORIGINS": "frontend.origins",
        "DATABASE_URL": "postgres.url",
        "NODE_ENV": "mode",
        "PORT": "port",
        "RESEND_API_KEY": "secret",
        "SESSION_SECRET": "secret",
    },
    "orders": {
        "JWT_SECRET": "secret",
        "REDIS_URL": "redis.url",
        "SUPABASE_URL": "= https://ordersdev.supabase.co",
        "VITE_API_BASE_URL": "build",
    },
    "videochat": {
        "CORS_ORIGINS": "frontend.origins",
        "DATABASE_URL": "postgres.url",
        "ENABLE_SECRET_VALIDATION": "= true",
        "FRONTEND_URL": "frontend.url",
        "GOOGLE_CLIENT_ID": "optional secret",
        "GOOGLE_CLIENT_SECRET": "optional secret",
        "JWT_EXPIRATION": "= 7d",
        "JWT_SECRET": "secret",
        "LOG_LEVEL": "= info",
        "NIXPACKS_NODE_VERSION": "runtime.version",
        "NODE_ENV": "mode",
        "PORT": "port",
        "REDIS_URL": "redis.url",
        "SENTRY_DSN": "optional secret",
        "STRIPE_PRICE_ID_MONTHLY": "optional secret",
        "STRIPE_PRICE_ID_WEEKLY": "optional secret",
        "STRIPE_SECRET_KEY": "optional secret",
        "STRIPE_WEBHOOK_SECRET": "optional secret",
        "TURN_BACKUP_PASSWORD": "optional secret",
        "TURN_BACKUP_URLS": "optional secret",
        "TURN_BACKUP_USERNAME": "optional secret",
        "TURN_PASSWORD": "secret",
        "TURN_SHARED_SECRET": "secret",
        "TURN_URLS": "secret",
        "TURN_USERNAME": "secret",
    },
}
# What the applications declare beyond the documents, and why.
ADDED: dict[str, dict[str, str]] = {
    "drops": {
        "DATABASE_URL": "the document wants a managed database and names no variable for it",
        "REDIS_URL": "the document wants Redis from 1,000 users on and names no variable for it",
        "SESSION_SECRET": "an Express server with users signs its sessions",
    },
    "helpdesk": {
        "PORT": "the document gives each server a port of its own and names no variable",
        "NODE_ENV": "Next.js serves its built pages in production only",
        "DATABASE_PATH": "both servers open one SQLite file, on a volume that the document does not know",
        "JWT_SECRET": "the document has users who sign in at both servers",
        "UPLOADS_BUCKET": "a disk of a machine that comes and goes is no place for uploads",
        "UPLOADS_URL": "browsers read them there",
    },
    "mentors": {
        "DATABASE_PASSWORD": "the secret part of DATABASE_URL",
        "UPLOADS_BUCKET": "the document wants uploads in object storage",
        "UPLOADS_URL": "browsers read them there",
    },
    "orders": {
        "PORT": "the document gives the port 3001 and names no variable for it",
        "NODE_ENV": "Express is slower and says more without it",
        "DATABASE_URL": "the backend talks to the database of Supabase, and migrations do",
        "DATABASE_PASSWORD": "the secret part of DATABASE_URL",
        "FRONTEND_URL": "the frontend has an address of its own",
        "CORS_ORIGINS": "so browsers ask whether its pages may call",
    },
    "videochat": {
        "DATABASE_PASSWORD": "the secret part of DATABASE_URL",
        "REDIS_PASSWORD": "the secret part of REDIS_URL",
        "VITE_API_BASE_URL": "the frontend has to know its server; the document names no variable",
    },
}
# Names in the documents that no service finds in its environment, and why.
ELSEWHERE = {
    "FLY_API_TOKEN": "a credential of the pipeline that deploys",
    "SLACK_WEBHOOK": "where the pipeline tells about a deployment",
    "BACKEND_URL": "a variable of the pipeline's own smoke test",
    "DATABASE_NAME": "stands for a name inside an address",
    "ENV_PRODUCTION_FLY": "the name of a file",
}

# By application and service: port, path of the health check, path that also asks the database, webhooks.
SERVICES: dict[str, dict[str, tuple[int, str, str, tuple[str, ...]]]] = {
    "drops": {"app": (3000, "/health", "/ready", ())},
    "helpdesk": {"web": (80, "/api/health", "/api/ready", ()), "chat": (3001, "/health", "/ready", ())},
    "mentors": {"web": (5000, "/health", "/ready", ("/api/webhooks/calcom",))},
    "orders": {"api": (3001, "/health", "/ready", ())},
    "videochat": {"signal": (3333, "/health", "/api/health", ("/api/webhooks/stripe",))},
}
ASSUMED_PATHS = {
    ("drops", "/health"): "the document names none",
    ("drops", "/ready"): "the document names none",
    ("helpdesk", "/api/health"): "the document names none, and the API of Next.js lies below /api",
    ("helpdesk", "/api/ready"): "the same",
    ("helpdesk", "/health"): "the document names none",
    ("helpdesk", "/ready"): "the document names none",
    ("mentors", "/health"): "the document names none",
    ("mentors", "/ready"): "the document names none",
    ("orders", "/ready"): "the document asks /health only, which must not ask Redis",
    ("videochat", "/api/webhooks/stripe"): "the document has the webhook's secret without its path",
}

# By application: metric (or the application's own), threshold, severity.
ALERTS: dict[str, set[tuple[str, float, str]]] = {
    "drops": {
        ("response-time", 2, "critical"),
        ("error-rate", 10, "critical"),
        ("memory", 90, "critical"),
        ("database-connections", 90, "critical"),
        ("response-time", 0.5, "warning"),
        ("error-rate", 5, "warning"),
        ("database-connections", 80, "warning"),
        ("memory", 80, "warning"),
        ("cpu", 70, "warning"),
    },
    "helpdesk": set(),
    "mentors": set(),
    "orders": {("cpu", 70, "warning"), ("memory", 80, "warning")},
    "videochat": {
        ("error-rate", 5, "critical"),
        ("response-time", 2, "critical"),
        ("unhealthy-instances", 0, "critical"),
        ("error-rate", 1, "warning"),
        ("response-time", 1, "warning"),
        ("memory-mib", 300, "warning"),
        ("turn_fallback_percent", 30, "warning"),
        # Its targets; a target of 0.1 % errors and one of 200 MB lie below the warnings of the same document.
        ("response-time-p95", 0.5, "warning"),
        ("cpu", 50, "warning"),
        ("turn_fallback_percent", 15, "warning"),
        ("database-connections", 10, "warning"),
        ("redis-memory-mib", 100, "warning"),
    },
}
NOBODY_ANSWERS = ("unhealthy-instances", 0, "critical")  # whoever serves people wants to know
# The documents of these name no threshold that wakes anybody.
ADDED_ALERTS: dict[str, set[tuple[str, float, str]]] = {
    "drops": {NOBODY_ANSWERS},
    "helpdesk": {NOBODY_ANSWERS, ("error-rate", 5, "critical"), ("memory", 90, "warning")},
    "mentors": {NOBODY_ANSWERS, ("error-rate", 5, "critical"), ("memory", 90, "warning")},
    "orders": {NOBODY_ANSWERS, ("error-rate", 5, "critical")},
    "videochat": set(),
}

# By application: users and users at a time from the quiet to the busy month, other things a month.
USAGE: dict[str, dict[str, Any]] = {  # Any: as the files say it
    "drops": {"users": {"low": 0, "high": 10000}, "concurrent_users": {"low": 50, "high": 1000}},
    "helpdesk": {"concurrent_users": {"low": 50, "high": 50}, "monthly": {"tickets": 1000}},
    "mentors": {"monthly": {"emails": 3000}},
    "orders": {"concurrent_users": {"low": 100, "high": 500}},
    # Its free database holds 10,000 users; the low figure is a tenth of them.
    "videochat": {"users": {"low": 1000, "high": 10000}, "concurrent_users": {"low": 100, "high": 100}},
}
BUDGETS = {"drops": 95, "helpdesk": 80, "mentors": 60, "orders": 130, "videochat": 15}
STATIC = {
    "drops": [("dist/public/assets", "/assets/")],
    "helpdesk": [],
    "mentors": [("attached_assets", "/attached_assets/")],
    "orders": [],
    "videochat": [],
}
DATA = {  # Redis, PostgreSQL, SQLite, uploads
    "drops": ("managed", "managed", "none", "none"),
    "helpdesk": ("none", "none", "file", "bucket"),
    "mentors": ("none", "external", "none", "bucket"),
    "orders": ("managed", "external", "none", "none"),
    "videochat": ("external", "external", "none", "none"),
}
EVERY = sorted(VARIABLES)


def content(name: str) -> dict[str, Any]:  # Any: as the file says it
    return dict(yaml.safe_load((ROOT / f"config/apps/{name}.yaml").read_text()))


@cache
def application(name: str) -> Application:
    return Application.model_validate(content(name))


def declared(name: str) -> dict[str, str]:
    """Where each variable of the application comes from, in the words of the tables."""
    app = application(name)
    secret = {name: "optional secret" if settings.optional else "secret" for name, settings in app.secrets.items()}
    found: dict[str, set[str]] = {}
    for service in app.services.values():
        sources = {**{key: f"= {value}" for key, value in service.env.items()}, **service.derived}
        for variable, source in {**sources, **{key: secret[key] for key in service.secrets}}.items():
            found.setdefault(variable, set()).add(str(source))
    for data in (app.data.postgres, app.data.redis):
        if data.kind == "external":
            found.setdefault(password(data), set()).add(secret[password(data)])
    if isinstance(app.frontend, ViteFrontend):
        found.setdefault(app.frontend.api_variable, set()).add("build")
    assert all(len(sources) == 1 for sources in found.values()), "services of one application agree"
    return {variable: sources.pop() for variable, sources in found.items()}


def password(data: ExternalPostgres | ExternalRedis) -> str:
    return data.password


def test_every_application_has_its_tables() -> None:
    tables = (VARIABLES, ADDED, SERVICES, ALERTS, ADDED_ALERTS, USAGE, BUDGETS, STATIC, DATA)
    assert [sorted(table) for table in tables] == [applications(ROOT)] * len(tables)


@pytest.mark.parametrize("name", EVERY)
def test_every_variable_of_the_document_has_the_source_that_it_needs(name: str) -> None:
    given = declared(name)
    assert {variable: given.get(variable, "undeclared") for variable in VARIABLES[name]} == VARIABLES[name]


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_declared_that_neither_the_document_nor_a_reason_asks_for(name: str) -> None:
    assert sorted(declared(name)) == sorted({*VARIABLES[name], *ADDED[name]})
    assert not set(VARIABLES[name]) & set(ADDED[name])


@pytest.mark.parametrize("name", EVERY)
def test_every_secret_that_is_declared_is_used(name: str) -> None:
    assert sorted(application(name).secrets) == sorted(application(name).named_secrets())


@pytest.mark.parametrize("name", EVERY)
def test_names_of_the_pipeline_reach_no_service(name: str) -> None:
    assert not set(ELSEWHERE) & set(declared(name))


@pytest.mark.parametrize("name", EVERY)
def test_services_listen_and_answer_where_the_document_says(name: str) -> None:
    services = application(name).services
    found = {key: (made.port, made.health_path, made.ready_path, made.webhooks) for key, made in services.items()}
    assert found == SERVICES[name]
    assert all(service.public for service in services.values())


def test_every_path_that_is_assumed_is_one_of_the_table() -> None:
    paths = {
        (app, path)
        for app, services in SERVICES.items()
        for _, health, ready, webhooks in services.values()
        for path in (health, ready, *webhooks)
    }
    said = {("orders", "/health"), ("videochat", "/health"), ("videochat", "/api/health")}
    assert paths == {*ASSUMED_PATHS, *said, ("mentors", "/api/webhooks/calcom")}


@pytest.mark.parametrize("name", EVERY)
def test_alerts_go_off_at_the_thresholds_of_the_document(name: str) -> None:
    alerts = application(name).alerts.values()
    found = [(alert.name or alert.metric.value, float(alert.above), alert.severity.value) for alert in alerts]
    assert sorted(found) == sorted(ALERTS[name] | ADDED_ALERTS[name])


@pytest.mark.parametrize("name", EVERY)
def test_usage_is_the_document_s(name: str) -> None:
    assert content(name)["usage"] == USAGE[name]


@pytest.mark.parametrize("name", EVERY)
def test_the_budget_is_the_upper_end_of_what_the_document_reckons_with(name: str) -> None:
    budget = application(name).budget
    assert budget is not None
    assert budget.monthly == BUDGETS[name]


@pytest.mark.parametrize("name", EVERY)
def test_static_folders_are_the_document_s(name: str) -> None:
    assert [(folder.directory, folder.path) for folder in application(name).static] == STATIC[name]


@pytest.mark.parametrize("name", EVERY)
def test_data_lies_where_the_document_wants_it(name: str) -> None:
    data = application(name).data
    assert (data.redis.kind, data.postgres.kind, data.sqlite.kind, data.uploads.kind) == DATA[name]


def test_uploads_lie_in_the_folders_that_the_documents_name() -> None:
    assert content("mentors")["data"]["uploads"]["directory"] == "uploads"


def test_the_help_desk_s_file_has_the_name_that_it_has_today() -> None:
    assert content("helpdesk")["data"]["sqlite"]["path"].endswith("/orvale_tickets.db")


def test_only_those_who_talk_in_real_time_hold_connections_open() -> None:
    open_ones = {
        f"{name}.{service}"
        for name in EVERY
        for service, settings in application(name).services.items()
        if settings.websockets
    }
    assert open_ones == {"drops.app", "helpdesk.chat", "videochat.signal"}


def test_the_video_chat_is_asked_and_guarded_as_its_document_says() -> None:
    app = application("videochat")
    signal = app.services["signal"]
    assert (signal.health_interval, signal.health_timeout, app.rate_limit) == (30, 5, 5)
    assert (signal.directory, signal.entry) == ("packages/backend", "dist/main.js")
    assert app.origins() == ("https://paircam.live", "https://www.paircam.live")
    assert app.secrets["JWT_SECRET"].min_length == 32
    assert {secret.max_age for secret in app.secrets.values()} == {90}


def test_production_of_orders_has_the_sizes_that_its_team_planned() -> None:
    topology = effective(ROOT, "orders-production").stack.topology
    assert isinstance(topology, AwsEc2)
    machines = topology.machines("api")
    assert (machines.instance_type, machines.min, machines.max) == ("t3.medium", 2, 5)
    assert (machines.cpu, machines.memory) == (70, 80)
    assert (topology.cache.node_type, topology.cache.replicas, topology.cache.snapshots) == ("cache.t3.small", 1, 7)
