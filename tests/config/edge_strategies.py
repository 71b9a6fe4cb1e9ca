"""Hypothesis strategies over stack files of the topology at Cloudflare's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import Data, hexadecimal, maybe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

# The applications that need no managed Redis, with their services and the first one that is public.
FITTING = {"helpdesk": ["web", "chat"], "mentors": ["web"], "videochat": ["signal"]}
_FRONTEND = "videochat"  # Vite builds it
_NAMES = ["SESSIONS", "FLAGS_2", "A", "MAIL_QUEUE"]
_PLACES = ["wnam", "enam", "weur", "eeur", "apac", "oc"]


@st.composite
def edge_file(draw: DrawFn, app: str) -> Data:
    """A whole stack file."""
    environment = draw(st.sampled_from(["development", "staging", "production"]))
    fates = st.sampled_from(["protect", "retain", *([] if environment == "production" else ["destroy"])])
    domain = f"{app}.example.com"
    services = FITTING[app]
    overrides: Data = {
        "services": {services[0]: {"hosts": draw(st.sampled_from([[f"app.{domain}"], [domain, f"api.{domain}"]]))}},
        "alerts": None,
        "migrations": None,
    }
    if app == _FRONTEND:
        overrides["frontend"] = {"url": f"https://desk.{domain}"}
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True))
    half = len(names) // 2
    worker, release = draw(_worker(app, services, domain))
    return {
        "config": {
            "slipway:app": app,
            "slipway:environment": environment,
            "slipway:topology": {
                "kind": "cloudflare",
                "account_id": draw(hexadecimal(32)),
                "zone": {"name": domain, "id": draw(hexadecimal(32)), "plan": "free", "rate_period": 10},
                "release": release,
                "worker": worker,
                **draw(maybe("database", maybe("location", st.sampled_from(_PLACES)))),
                **draw(maybe("uploads", maybe("deletion", fates))),
                "namespaces": {name: draw(maybe("deletion", fates)) for name in names[:half]},
                "queues": {name: draw(_queue(fates)) for name in names[half:]},
                **draw(maybe("turnstile", maybe("mode", st.sampled_from(["managed", "invisible"])))),
            },
            "slipway:overrides": overrides,
            "pulumi:disable-default-providers": ["*"],
        }
    }


@st.composite
def _worker(draw: DrawFn, app: str, services: list[str], domain: str) -> tuple[Data, Data]:
    """The Worker and its release, which may be tried beside another one where the Worker allows that."""
    files = app == _FRONTEND or draw(st.booleans())
    gradual = draw(st.booleans())
    objects = draw(st.booleans())
    release: Data = {"kind": "worker", "main": "dist/worker.js", "sha256": draw(hexadecimal(64))}
    worker: Data = {
        "replaces": services,
        "compatibility_date": draw(st.sampled_from(["2026-11-01", "2026-02-28"])),
        **draw(maybe("compatibility_flags", st.just(["nodejs_compat", "global_fetch_strictly_public"]))),
        **draw(maybe("crons", st.just(["0 3 * * *"]))),
        **draw(maybe("routes", _routes(domain))),
        **({"assets": {"directory": "dist/client"}} if files else {}),
        **({"gradual": gradual} if gradual else draw(maybe("gradual", st.just(value=False)))),
    }
    if objects:
        worker |= {"objects": {"ROOMS": "Room"}, "migrations": [{"tag": "v1", "new": ["Room"]}], "migrated": "v1"}
    if gradual and draw(st.booleans()):
        release["candidate"] = {
            "main": "next/worker.mjs",
            "sha256": draw(hexadecimal(64).filter(lambda found: found != release["sha256"])),
            "percent": draw(st.integers(1, 99)),
            **({"assets": "next/client"} if files else {}),
        }
    return worker, release


def _routes(domain: str) -> SearchStrategy[Data]:
    records = st.sampled_from([{"kind": "there"}, {"kind": "nowhere"}, {"kind": "origin", "host": "shop.example.net"}])
    paths = st.sampled_from([["/api/*"], ["/login", "/a/b-c_d~e/*"]])
    route = st.builds(lambda found, record: {"paths": found, "record": record}, paths, records)
    hosts = st.sampled_from([f"www.{domain}", f"old.{domain}", f"*.{domain}"])
    return st.dictionaries(hosts, route, max_size=3)


@st.composite
def _queue(draw: DrawFn, fates: SearchStrategy[str]) -> Data:
    work = {
        "kind": "worker",
        **draw(maybe("batch", st.integers(1, 100))),
        **draw(maybe("wait", st.integers(0, 60))),
        **draw(maybe("retries", st.integers(0, 100))),
        **draw(maybe("retry_delay", st.integers(0, 86_400))),
        **draw(maybe("concurrency", st.integers(1, 250))),
        **draw(maybe("dead_letters", st.booleans())),
    }
    return {
        **draw(maybe("consumer", st.sampled_from([{"kind": "none"}, work]))),
        **draw(maybe("deletion", fates)),
    }
