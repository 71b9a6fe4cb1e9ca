"""What stands at one server at a time: disks and addresses of hosts whose ids are numbers. Inputs are any JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object


def named(value: Any) -> str:
    """An id as a text, whether it is given as a number or as one; empty where there is none."""
    if isinstance(value, float):
        value = int(value)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def naming(cloud: Cloud, token: str, name: str, identifier: str) -> Iterator[Object]:
    """The objects of a type whose property is that id."""
    return (each for each in cloud.of(token) if named(each.properties.get(name)) == identifier)


def check_free(asked: Asked, cloud: Cloud, name: str, says: str) -> None:
    """Raise `ApiError` where another object of this type has the same thing."""
    wanted = named(asked.inputs.get(name))
    if wanted and any(each.id != asked.id for each in naming(cloud, asked.token, name, wanted)):
        raise ApiError(says)


def check_not_smaller(asked: Asked, says: str) -> None:
    """Raise `ApiError` for a disk that shall shrink."""
    size, before = asked.inputs.get("size"), asked.old.get("size")
    if isinstance(size, int | float) and isinstance(before, int | float) and size < before:
        raise ApiError(says)


def go_with(held: Object, cloud: Cloud, *kinds: tuple[str, str]) -> None:
    """Remove what is attached to an object that is deleted: types, each with the property that names it."""
    for token, name in kinds:
        for each in list(naming(cloud, token, name, held.id)):
            cloud.remove(each)
