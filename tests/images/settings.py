"""Stacks whose images are built: the small application in `application/`, in containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slipway.written import development

if TYPE_CHECKING:
    from pathlib import Path

    from config.stack import StackSettings

DIGEST = "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"
WEB = {"port": 3001, "directory": "services/web", "public": True, "health_path": "/health"}
JOBS = {"port": 80, "directory": "packages/greeting", "entry": "index.js"}
EACH = {"kind": "images", "images": {"web": f"shop@sha256:{DIGEST}", "jobs": f"shop@sha256:{DIGEST}"}}


def settings(
    folder: Path,
    runtime: dict[str, Any],  # Any: parts of a file, as all below
    services: dict[str, Any] | None = None,
    release: dict[str, Any] | None = None,
    **application: Any,
) -> StackSettings:
    """The stack of an application with this runtime; one service, and one image, where nothing else is said."""
    topology = {
        "kind": "aws-ecs",
        "region": "eu-west-1",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "release": release or {"kind": "image", "image": f"shop@sha256:{DIGEST}"},
        "load_balancer": {"listener": {"kind": "http"}},
    }
    written = {
        "name": "shop",
        "runtime": {"kind": "node", "version": "26.10.0", **runtime},
        "services": services or {"web": WEB},
        "data": {"redis": {"kind": "none"}, "postgres": {"kind": "none"}},
        "frontend": {"kind": "none"},
        **application,
    }
    return development(folder, written, topology)
