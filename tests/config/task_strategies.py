"""Hypothesis strategies over what stack files of tasks have of their own, and what runs by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import Data, hexadecimal, maybe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

# CPU units and MiB as Fargate has them.
_SIZES = ((256, 512), (256, 2048), (512, 1024), (1024, 8192), (2048, 5120), (16384, 122_880))
_TIMES = ("0 3 * * *", "*/15 8-18 * * mon-fri", "0 0 1,15 */3 *", "30 6 * * 0", "0 18 L * ? *", "59 23 31 12 *")


@st.composite
def tasks(draw: DrawFn, service: str, region: str, network: Data, *, careful: bool) -> Data:
    """Images and tasks of an application with one service; `careful` as production is."""
    closed = network.get("egress", {}).get("kind") == "none"
    machine = network.get("egress", {}).get("kind") == "nat-instance"
    own = f"123456789012.dkr.ecr.{region}.amazonaws.com/shop"
    registry = st.just(own) if closed else st.sampled_from([own, "ghcr.io/acme/shop", "shop"])
    image = f"{draw(registry)}@sha256:{draw(hexadecimal(64))}"
    releases = [{"kind": "image", "image": image}, {"kind": "images", "images": {service: image}}]
    baked = {"kind": "ubuntu", "release": "24.04", "serial": "20260923", "architecture": "arm64"}
    return {
        "kind": "aws-ecs",
        "release": draw(st.sampled_from(releases)),
        **draw(maybe("architecture", st.sampled_from(["amd64", "arm64"]))),
        **draw(maybe("services", _group(careful=careful).map(lambda group: {service: group}))),
        **draw(maybe("shell", st.booleans())),
        **({"nat_image": baked} if machine else {}),
    }


@st.composite
def _group(draw: DrawFn, *, careful: bool) -> Data:
    least = draw(st.integers(2 if careful else 1, 5))
    most = draw(st.integers(least, 12))
    cpu, memory = draw(st.sampled_from(_SIZES))
    return {
        "cpu_units": cpu,
        "memory_mib": memory,
        "min": least,
        "max": most,
        **draw(maybe("cpu", st.integers(10, 95))),
        **draw(maybe("memory", st.integers(10, 95))),
        **draw(maybe("requests", st.integers(1, 5000))),
        **(draw(maybe("spot", st.booleans())) if most > least else {}),
    }


def schedules(service: str) -> SearchStrategy[Data]:
    """What an application runs at times of its own."""
    command = {"command": "npm run digest", "service": service}
    zones = maybe("timezone", st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]))
    within = maybe("start_within", st.integers(60, 86_400))
    crons = st.builds(
        lambda time, zone, more: {"kind": "cron", "cron": time, **zone, **more, **command},
        st.sampled_from(_TIMES),
        zones,
        within,
    )
    rates = st.builds(
        lambda minutes, more: {"kind": "rate", "minutes": minutes, **more, **command}, st.integers(1, 44_640), within
    )
    return st.dictionaries(st.sampled_from(["digest", "sync-2", "a1"]), crons | rates, max_size=2)


def sessions(service: str) -> SearchStrategy[Data]:
    """Where an application that knows a database keeps its sessions."""
    kept = maybe("table", st.sampled_from(["session", "user_sessions", "_s"])).map(
        lambda more: {"kind": "postgres", "service": service, **more}
    )
    return st.just({"kind": "none"}) | kept
