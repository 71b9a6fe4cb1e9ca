"""Workers whose releases are versions by themselves, and which of them answers how many requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.cloudflare.api import SCRIPT, VERSION, WORKER, has_worker, others, refused
from slipway.simulated.checks.cloudflare.workers import judge_bindings, judge_date, judge_name
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_ALL = 100  # percent
_LEAST = 0.01  # percent
_MOST_VERSIONS = 2
_LONGEST_TAG = 100  # bytes


def _worker(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("name")
    judge_name(name)
    if others(asked, "name", cloud) or cloud.naming(SCRIPT, "scriptName", name):
        raise refused(f"A Worker with the name '{name}' already exists.", 10040)


def _version(asked: Asked, cloud: Cloud) -> None:
    worker = asked.text("workerId")
    held = cloud.get(WORKER, worker)
    if held is None and not has_worker(worker, cloud) and not cloud.told_of(worker):
        raise refused("This Worker does not exist on your account.", 10007)
    modules: list[dict[str, Any]] = asked.inputs.get("modules") or []
    main = asked.text("mainModule")
    if main and main not in [module.get("name") for module in modules]:
        raise refused(f'Uncaught Error: No such module "{main}".', 10021)
    judge_date(asked.text("compatibilityDate"))
    judge_bindings(asked.inputs.get("bindings") or [], str(held.inputs["name"]) if held else worker, cloud)
    tag = (asked.inputs.get("annotations") or {}).get("workersTag")
    if isinstance(tag, str) and len(tag.encode()) > _LONGEST_TAG:
        raise refused(f"workers/tag: at most {_LONGEST_TAG} bytes are allowed.", 10021)


def _deployment(asked: Asked, cloud: Cloud) -> None:
    if not has_worker(asked.text("scriptName"), cloud):
        raise refused("workers.api.error.script_not_found", 10007)
    given: list[dict[str, Any]] = asked.inputs.get("versions") or []
    if UNKNOWN in (each.get("versionId") for each in given):
        return
    if not 1 <= len(given) <= _MOST_VERSIONS:
        raise refused(f"A deployment has 1 or {_MOST_VERSIONS} versions, got {len(given)}.", 10021)
    names = [str(each["versionId"]) for each in given]
    if len(set(names)) != len(names):
        raise refused("A version can stand in a deployment once.", 10021)
    shares = [float(each["percentage"]) for each in given]
    if any(not _LEAST <= share <= _ALL for share in shares) or sum(shares) != _ALL:
        raise refused(f"The percentages of a deployment must be {_LEAST} or more and total {_ALL}.", 10021)
    held = [cloud.get(VERSION, name) for name in names]
    for name, version in zip(names, held, strict=True):
        if version is None and not cloud.told_of(name):
            raise refused(f"Version '{name}' does not exist.", 10021)
    if len(given) > 1 and any(version is not None and version.inputs.get("migrations") for version in held):
        raise refused("A version with a Durable Object migration must be deployed to 100% of requests at once.", 10021)


CREATING = {"Worker": _worker, "WorkerVersion": _version, "WorkersDeployment": _deployment}
UPDATING = CREATING
