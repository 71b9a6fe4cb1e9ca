"""Pages: projects and their domains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.cloudflare.api import is_there, others, refused

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

PROJECT = "cloudflare:index/pagesProject:PagesProject"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,56}[a-z0-9])?")
_HOST = re.compile(r"(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?!-)[\w-]{2,63}(?<!-)")


def _project(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("name")
    if not _NAME.fullmatch(name):
        raise refused(
            f"The project name '{name}' is invalid: 1 to 58 lowercase letters, digits and dashes, no dash at an end."
        )
    if others(asked, "name", cloud):
        raise refused("A project with this name already exists. Choose a different project name.", 8000002)
    source = asked.inputs.get("source") or {}
    if source and not (source.get("config") or {}).get("repoName"):
        raise refused("source.config.repo_name is required where a project has a source.")


def _changed(asked: Asked, cloud: Cloud) -> None:
    """What a project that is there becomes: it never changes whence its builds come."""
    before, after = asked.old.get("source"), asked.inputs.get("source")
    if after and not before:
        raise refused("You cannot update the `source` object in a Direct Uploads project.", 8000069)
    if before and not after:
        raise refused("A project with Git integration cannot switch to Direct Upload.")
    _project(asked, cloud)


def _domain(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("name")
    if not is_there(PROJECT, "name", asked.text("projectName"), cloud):
        raise refused(
            "Project not found. The specified project name does not match any of your existing projects.", 8000007
        )
    if not _HOST.fullmatch(name):
        raise refused(f"The domain you have entered is invalid: {name}")
    if others(asked, "name", cloud):
        raise refused("You have already added this custom domain.", 8000018)


def _project_gives(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    host = f"{asked.text('name')}.pages.invalid"
    return {"subdomain": host, "domains": [host]}


CREATING = {"PagesDomain": _domain, "PagesProject": _project}
UPDATING = {**CREATING, "PagesProject": _changed}
GIVES = {"PagesProject": _project_gives}
