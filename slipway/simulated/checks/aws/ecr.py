"""Repositories of container images, and which of them expire. Policies are any JSON, hence `Any`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_EXCLUDING = frozenset({"IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"})
_STATUS = frozenset({"any", "tagged", "untagged"})
_LISTS = ("tagPatternList", "tagPrefixList")
_COUNTED = {"imageCountMoreThan": None, "sinceImagePushed": "days", "sinceImagePulled": "days"}


def judge_repository(asked: Asked) -> Iterator[Refusal]:
    """Tags are excepted from a rule about tags only where there is one."""
    mode, filters = asked.text("imageTagMutability") or "MUTABLE", "imageTagMutabilityExclusionFilters"
    if asked.sure(filters) and mode not in _EXCLUDING:
        yield Refusal(
            "image_tag_mutability_exclusion_filter can only be used when image_tag_mutability is set to "
            "IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION",
            filters,
        )


def check_repository(asked: Asked, _cloud: Cloud) -> None:
    """What says that it has exceptions has some."""
    mode = asked.text("imageTagMutability")
    if mode in _EXCLUDING and not asked.sure("imageTagMutabilityExclusionFilters"):
        raise _unfit(
            "imageTagMutabilityExclusionFilters",
            f"ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {mode}",
        )


def check_lifecycle(asked: Asked, _cloud: Cloud) -> None:
    """Rules in an order, each about images that can be told ("Lifecycle policy properties" of ECR's guide)."""
    try:
        rules = json.loads(asked.text("policy"))["rules"]
        each = [(rule["rulePriority"], rule["selection"]) for rule in rules]
        actions = [rule["action"]["type"] for rule in rules]
    except (ValueError, KeyError, TypeError):
        raise _policy("instance failed to match exactly one schema (matched 0 out of 2)") from None
    priorities = [priority for priority, _ in each]
    if len(set(priorities)) < len(priorities):
        raise _policy("'rulePriority' must be unique")
    for priority, selection in each:
        _check_selection(selection)
        if selection["tagStatus"] == "any" and priority != max(priorities):
            raise _policy("Rules with TagStatus = 'ANY' must have the lowest priority")
    if not each or set(actions) - {"expire", "transition"}:
        raise _policy("instance failed to match exactly one schema (matched 0 out of 2)")


def _check_selection(selection: dict[str, Any]) -> None:
    status, kind = selection.get("tagStatus"), selection.get("countType")
    named = [name for name in _LISTS if selection.get(name)]
    fits = (
        status in _STATUS
        and kind in _COUNTED
        and selection.get("countUnit") == _COUNTED[str(kind)]
        and isinstance(selection.get("countNumber"), int)
        and selection["countNumber"] >= 1
        and len(named) == (1 if status == "tagged" else 0)
    )
    if not fits:
        raise _policy("instance failed to match exactly one schema (matched 0 out of 2)")


def _policy(failure: str) -> ApiError:
    return _unfit("LifecyclePolicyText", f"Lifecycle policy validation failure: {failure}")


def _unfit(parameter: str, constraint: str) -> ApiError:
    return ApiError(
        f"InvalidParameterException: Invalid parameter at '{parameter}' failed to satisfy constraint: '{constraint}'"
    )


INPUTS = {"Repository": judge_repository}
CREATING = {"LifecyclePolicy": check_lifecycle, "Repository": check_repository}
UPDATING = CREATING
