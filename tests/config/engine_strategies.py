"""Hypothesis strategies over stack files of the topology on a Docker engine of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import Data, hexadecimal, maybe, stack_file

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

_SERVICES = {
    "drops": ["app"],
    "helpdesk": ["web", "chat"],
    "mentors": ["web"],
    "orders": ["api"],
    "videochat": ["signal"],
}
_ONLY_COPY = "helpdesk"  # its SQLite file, which production does not leave to an engine; and a folder for each service
_WITH_REDIS = ("drops", "orders")
_WITH_POSTGRES = {"drops": {"name": "drops", "user": "drops"}, "orders": {"name": "orders", "user": "orders"}}
_HOSTS = [
    "unix:///run/user/1000/docker.sock",
    "ssh://deploy@docker.example.com",
    "ssh://root@192.0.2.7:2222",
    "tcp://127.0.0.1:2375",
    "tcp://[::1]:2375",
]
# What only other topologies do, taken out of the applications.
_LESS: dict[str, Data] = {
    "helpdesk": {
        "data": {"uploads": {"kind": "none", "directory": None}},
        "services": {"web": {"derived": {"UPLOADS_BUCKET": None, "UPLOADS_URL": None}}},
    },
    "mentors": {
        "data": {
            "uploads": {"kind": "none", "directory": None},
            "sessions": {"kind": "none", "service": None},
        },
        "services": {"web": {"derived": {"UPLOADS_BUCKET": None, "UPLOADS_URL": None}}},
    },
    "videochat": {"rate_limit": None},
}


@st.composite
def engine_file(draw: DrawFn, app: str) -> Data:
    """A whole stack file."""
    environments = ["development", "staging", *([] if app == _ONLY_COPY else ["production"])]
    environment = draw(st.sampled_from(environments))
    careful = environment == "production"
    topology: Data = {
        "kind": "docker",
        "release": draw(_release(app)),
        "proxy": draw(_image("docker.io/library/nginx")),
        **draw(maybe("engine", maybe("host", st.sampled_from(_HOSTS)))),
        **draw(maybe("login", _login())),
        **draw(maybe("listen", st.integers(1024, 65535))),
        **draw(maybe("deletion", _fates(careful=careful))),
        **draw(maybe("services", _services(app))),
        **draw(maybe("body", st.integers(1, 1024))),
    }
    overrides: Data = {"alerts": None, **_LESS.get(app, {})}
    if app in _WITH_REDIS:
        overrides["data"] = {"redis": {"kind": "local"}}
        topology["redis"] = draw(_redis(careful=careful))
    if app in _WITH_POSTGRES:
        local = not careful and draw(st.booleans())
        if local:
            overrides["data"]["postgres"] = {"kind": "local", **_WITH_POSTGRES[app]}
            overrides["secrets"] = {"DATABASE_PASSWORD": None}  # the stack makes it
            topology["postgres"] = draw(_postgres())
        elif app == "drops":
            overrides["data"]["postgres"] = {
                "kind": "external",
                "host": "db.example.com",
                **_WITH_POSTGRES[app],
                "password": "DATABASE_PASSWORD",
            }
            overrides["secrets"] = {"DATABASE_PASSWORD": {}}
    return stack_file(app, environment, topology, overrides)


def _image(name: str) -> SearchStrategy[str]:
    return hexadecimal(64).map(lambda digits: f"{name}@sha256:{digits}")


def _release(app: str) -> SearchStrategy[Data]:
    image = _image(f"registry.example.com/{app}")
    each = st.fixed_dictionaries(dict.fromkeys(_SERVICES[app], image)).map(
        lambda images: {"kind": "images", "images": images}
    )
    return each if app == _ONLY_COPY else each | image.map(lambda found: {"kind": "image", "image": found})


def _login() -> SearchStrategy[Data]:
    addresses = st.sampled_from(["registry.example.com", "ghcr.io", "registry.example.com:443"])
    return addresses.map(lambda found: {"address": found, "user": "deploy", "password": "REGISTRY_PASSWORD"})


def _fates(*, careful: bool) -> SearchStrategy[str]:
    return st.sampled_from(["protect", "retain", *([] if careful else ["destroy"])])


@st.composite
def _services(draw: DrawFn, app: str) -> Data:
    chosen = draw(st.lists(st.sampled_from(_SERVICES[app]), unique=True))
    return {name: draw(_service()) for name in chosen}


@st.composite
def _service(draw: DrawFn) -> Data:
    return {
        **draw(maybe("memory", st.integers(64, 65536))),
        **draw(maybe("overlap", st.booleans())),
        **draw(maybe("read_only", st.booleans())),
    }


@st.composite
def _redis(draw: DrawFn, *, careful: bool) -> Data:
    return {
        "image": draw(_image("docker.io/library/redis")),
        **draw(maybe("memory", st.integers(32, 65536))),
        **draw(maybe("deletion", _fates(careful=careful))),
    }


@st.composite
def _postgres(draw: DrawFn) -> Data:
    return {
        "image": draw(_image("docker.io/library/postgres")),
        **draw(maybe("memory", st.integers(128, 131072))),
        **draw(maybe("connections", st.integers(10, 1000))),
        **draw(maybe("deletion", _fates(careful=False))),
    }
