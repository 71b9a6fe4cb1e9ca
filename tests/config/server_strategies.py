"""Hypothesis strategies over stack files of the topology of one server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import NOTHING, Data, hexadecimal, maybe, stack_file

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SERVICES = {"drops": "app", "helpdesk": "web", "mentors": "web", "orders": "api", "videochat": "signal"}
_BESIDE = {"helpdesk": ("chat",)}  # answers by path under the first one's host
_WITH_FILES = "orders"  # Vite builds its frontend
_UPLOADING = ("helpdesk", "mentors")
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBDk6WF+4rhERJYShEZ3xuRf4MIurkAy+U0jpIUUPb/Y deploy@example"
_OPERATOR = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID5x9ckBJSDVB0OdWYTkGjlwL6h3DbawvAO1R4FldpCK ada@example"
_PLACES: list[Data] = [
    {"kind": "digitalocean", "region": "fra1"},
    {"kind": "hetzner", "region": "nbg1"},
    {"kind": "linode", "region": "eu-central"},
    {
        "kind": "aws",
        "region": "eu-central-1",
        "zone": "eu-central-1b",
        "ami": "ami-0123456789abcdef0",
        "account_ids": ["123456789012"],
    },
]
_LOCAL_REDIS = {"kind": "local"}
_DATA: dict[str, Data] = {
    "drops": {"redis": _LOCAL_REDIS, "postgres": {"kind": "local", "name": "drops", "user": "drops"}},
    "orders": {"redis": _LOCAL_REDIS},
}
_KEEPING = ("drops", "helpdesk", "orders")  # of these the server keeps data


@st.composite
def server_file(draw: DrawFn, app: str) -> Data:
    """A whole stack file."""
    environment = draw(st.sampled_from(["development", "staging", "production"]))
    careful, service = environment == "production", SERVICES[app]
    place = draw(st.sampled_from(_PLACES))
    host = draw(st.sampled_from([f"app.{app}.example.com", f"{app}.example.com"]))
    hosted = (service, *_BESIDE.get(app, ()))
    overrides: Data = {"services": {each: {"hosts": [host]} for each in hosted}, "alerts": None}
    if app in _DATA:
        overrides["data"] = _DATA[app]
    topology: Data = {
        "kind": "vps",
        "provider": place,
        "size": {"cores": 2, "memory": draw(st.integers(4, 8)), **draw(maybe("disk", st.integers(40, 80)))},
        "ssh": draw(_ssh()),
        "release": draw(_release(app)),
        "volume": draw(_volume(careful=careful)),
        **draw(_front(app, host)),
        **draw(_uptime(environment, place["kind"])),
        **draw(maybe("services", st.builds(lambda both: {service: {"overlap": both}}, st.booleans()))),
        **draw(maybe("process_memory", st.integers(64, 192))),
        **draw(maybe("body", st.integers(1, 1024))),
        **draw(maybe("swap", st.integers(0, 3))),
        **draw(maybe("snapshots", st.just(value=True) if careful else st.booleans())),
    }
    if app in _UPLOADING:
        topology["uploads"] = {"kind": "s3", "region": "eu-central-1"}
    if app in _KEEPING:
        topology["backups"] = draw(_backups(careful=careful))
    tags = draw(maybe("slipway:tags", st.just({"owner": "shop-team"})))
    return stack_file(app, environment, topology, overrides, tags)


def _ssh() -> SearchStrategy[Data]:
    networks = st.sampled_from([["203.0.113.7/32"], ["203.0.113.0/24", "198.51.0.0/16"]])
    more = (
        maybe("host_key", st.just(_KEY))
        | maybe("private_key", st.just("MY_KEY"))
        | maybe("operators", st.just([_OPERATOR]))
    )
    return st.builds(lambda found, rest: {"keys": [_KEY], "networks": found, **rest}, networks, more)


def _release(app: str) -> SearchStrategy[Data]:
    fixed = {"kind": "archive", "url": f"https://releases.example.com/{app}/1.4.2.tar.gz"}
    archive = st.builds(
        lambda digits, token: {**fixed, "sha256": digits, **token},
        hexadecimal(64),
        maybe("token", st.just("RELEASE_TOKEN")),
    )
    repository = f"https://git.example.com/acme/{app}.git"
    return archive | hexadecimal(40).map(lambda digits: {"kind": "git", "repository": repository, "revision": digits})


def _volume(*, careful: bool) -> SearchStrategy[Data]:
    fates = st.sampled_from(["protect", "retain", *([] if careful else ["destroy"])])
    size, deletion = st.integers(20, 100), maybe("deletion", fates)
    made = st.builds(lambda found, rest: {"kind": "volume", "size": found, **rest}, size, deletion)
    return made if careful else made | st.just({"kind": "none"})


def _backups(*, careful: bool) -> SearchStrategy[Data]:
    place = {"kind": "s3", "endpoint": "s3.eu-central-1.amazonaws.com", "bucket": "acme-backups"}
    more = st.builds(
        lambda at, days: {**place, **at, **days},
        maybe("at", st.sampled_from(["00:00", "23:59"])),
        maybe("days", st.integers(1, 365)),
    )
    return more if careful else more | st.just({"kind": "none"})


@st.composite
def _front(draw: DrawFn, app: str, host: str) -> Data:
    """Names, certificate, redirects and the frontend's files, which go together."""
    domain, email = f"{app}.example.com", {"email": "team@example.com"}
    route53: Data = {"kind": "route53", "zone": domain, "zone_id": "Z0123456789ABC"}
    cloudflare: Data = {"kind": "cloudflare", "zone": domain, "zone_id": draw(hexadecimal(32))}
    edge: Data = {**cloudflare, "edge": {"plan": "free", "rate_period": 10}}
    elsewhere: Data = {"kind": "elsewhere"}
    dns = draw(st.sampled_from([elsewhere, route53, cloudflare, {**cloudflare, "proxied": False}, edge]))
    proofs = ["record"] if dns == edge else ["file", "record"] if dns["kind"] == "cloudflare" else ["file"]
    redirects = st.just({f"old.{domain}": host})
    return {
        "dns": dns,
        "certificate": {"kind": draw(st.sampled_from(proofs)), **email},
        **({} if dns == edge else draw(maybe("redirects", redirects))),
        **(draw(maybe("frontend", st.just({"kind": "release"}))) if app == _WITH_FILES else {}),
    }


def _uptime(environment: str, provider: str) -> SearchStrategy[Data]:
    kinds = ["digitalocean", "route53", *(["provider"] if provider in ("digitalocean", "aws") else [])]
    asked = st.sampled_from(kinds).map(lambda kind: {"uptime": {"kind": kind, "emails": ["team@example.com"]}})
    # Development implies that nobody asks.
    return asked | (NOTHING if environment == "development" else st.just({"uptime": {"kind": "none"}}))
