"""Steps of previews, as short as a test can say them."""

from __future__ import annotations

from typing import Any

from slipway.engine.results import Step

STACK = "urn:pulumi:dev::shop::"
DATABASE = "aws:rds/instance:Instance"
BUCKET = "aws:s3/bucket:Bucket"


def urn(token: str, name: str, parents: str = "") -> str:
    """A URN; `parents` are the types above, joined with `$`."""
    return f"{STACK}{parents}{'$' if parents else ''}{token}::{name}"


def state(token: str, name: str, **options: Any) -> dict[str, Any]:  # Any: Pulumi's JSON
    """A resource's state. `parents` is for the URN; `inputs`, `protect`, `retainOnDelete`, `parent`, `custom` go in."""
    parents = options.pop("parents", "")
    return {"urn": urn(token, name, parents), "type": token, "custom": True, "inputs": {}, **options}


def step(
    op: str, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, keys: tuple[str, ...] = ()
) -> Step:
    """A step; `keys` are what the engine gives as reasons."""
    replacing = op in ("replace", "create-replacement")
    return Step(
        op, (new or old or {})["urn"], old=old, new=new, diff_reasons=keys, replace_reasons=keys if replacing else ()
    )


def deleted(token: str, name: str, **options: Any) -> Step:
    """The step that deletes a resource."""
    return step("delete", state(token, name, **options))


def created(token: str, name: str, **options: Any) -> Step:
    """The step that creates one."""
    return step("create", None, state(token, name, **options))


def replaced(token: str, name: str, *keys: str, new: dict[str, Any] | None = None, **options: Any) -> Step:
    """The step that replaces one for these inputs; `new` are options of the new state where they differ."""
    return step("replace", state(token, name, **options), state(token, name, **{**options, **(new or {})}), keys)


def updated(token: str, name: str, before: dict[str, Any], after: dict[str, Any], **options: Any) -> Step:
    """The step that updates one in place; the inputs that differ are its reasons."""
    keys = tuple(key for key in sorted({*before, *after}) if before.get(key) != after.get(key))
    return step(
        "update", state(token, name, inputs=before, **options), state(token, name, inputs=after, **options), keys
    )
