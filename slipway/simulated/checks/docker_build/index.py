"""Images: where a build may leave what it made, and what a registry of Amazon's takes.

Inputs are any JSON, hence `Any`.
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.store import Object
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

# Written here again: the simulation runs inside other programs, where nothing else of ours is.
_IMAGE, _REGISTRY = "docker-build:index:Image", "aws:ecr/repository:Repository"
_AMAZON = ".dkr.ecr."


def judge_image(asked: Asked) -> Iterator[Refusal]:
    """An image is left in one place, and has a name where that is a registry."""
    exports = _exports(asked)
    push, load = asked.inputs.get("push") is True, asked.inputs.get("load") is True
    if len(exports) > 1:
        yield Refusal("multiple exports are currently unsupported", "exports")
    if push and load:
        yield Refusal("push and load may not be set together at the moment", "push")
    if exports and (push or load):
        yield Refusal("exports can't be provided with push or load", "exports")
    if asked.inputs.get("tags"):
        return
    for number, export in enumerate(exports):
        if _pushes(export) and not export["registry"].get("names"):
            reason = "at least one tag or export name is needed when pushing to a registry"
            yield Refusal(reason, f"exports[{number}]")


def check_push(asked: Asked, cloud: Cloud) -> None:
    """The repository is there, and a tag that cannot be moved is given once: each build may be another image."""
    for reference in _pushed(asked):
        host, _, path = reference.partition("/")
        name, _, tag = path.partition(":")
        if _AMAZON not in host:
            continue
        found = cloud.of_package("aws").naming(_REGISTRY, "repositoryUrl", f"{host}/{name}")
        if not found and not cloud.told_of(name):
            raise ApiError(
                f"failed to push {reference}: name unknown: The repository with name '{name}' does not exist in the "
                f"registry with id '{ACCOUNT}'"
            )
        if tag and any(_is_fixed(each, tag) for each in found) and cloud.scheduled(_IMAGE, reference):
            raise ApiError(
                f"failed to push {reference}: tag invalid: The image tag '{tag}' already exists in the '{name}' "
                "repository and cannot be overwritten because the tag is immutable."
            )
        if tag:
            cloud.schedule(Object(_IMAGE, reference, "", {}, {}))  # the tag stays, whatever becomes of the resource


def _exports(asked: Asked) -> list[Any]:
    exports = asked.inputs.get("exports")
    return exports if isinstance(exports, list) else []


def _pushes(export: Any) -> bool:
    registry = export.get("registry") if isinstance(export, dict) else None
    return isinstance(registry, dict) and registry.get("push") is not False


def _pushed(asked: Asked) -> Iterator[str]:
    """What is pushed, by each of its names; tags come before the names of an export."""
    exports = [each["registry"] for each in _exports(asked) if _pushes(each)]
    if asked.inputs.get("push") is True or exports:
        named = [name for each in exports for name in each.get("names") or ()]
        yield from asked.texts("tags") or named


def _is_fixed(repository: Object, tag: str) -> bool:
    """Whether a repository lets a tag that is there not be given to another image."""
    mode = str(repository.properties.get("imageTagMutability"))
    filters = repository.inputs.get("imageTagMutabilityExclusionFilters") or ()
    excepted = mode.endswith("_EXCLUSION") and any(fnmatch.fnmatchcase(tag, each["filter"]) for each in filters)
    return mode.startswith("IMMUTABLE") is not excepted


INPUTS = {"Image": judge_image}
CREATING = UPDATING = {"Image": check_push}
