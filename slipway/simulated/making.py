"""How an object comes to be in the cloud, and how a refusal gets to the engine."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc

from slipway.simulated.checks import after_delete, before_delete
from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.checks.shape import in_kind
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object
    from slipway.simulated.values import Values


@contextmanager
def refusing(context: Any) -> Iterator[None]:
    """Hand a refusal of the cloud to the engine. `context` is grpc's, which ships no types."""
    try:
        yield
    except ApiError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


def delete(token: str, identifier: str, cloud: Cloud, sdk: Path, patience: float) -> None:
    """Delete an object, if it is there. Raises `ApiError` where the cloud refuses. `sdk` is the folder of its SDK.

    What is in use is tried again as long as something else changes within `patience` seconds, as providers do it: the
    engine deletes many things at once, and what uses this one may be among them.
    """
    while True:
        changes = cloud.changes
        try:
            with cloud.changing():
                held = cloud.get(token, identifier)
                if held:
                    held = replace(held, inputs=in_kind(held.inputs, sdk, token))
                    before_delete(held, cloud)
                    cloud.remove(held)
                    after_delete(held, cloud)
        except InUseError:
            if not cloud.changed_since(changes, patience):
                raise
        else:
            return


def make(thing: Object, values: Values, cloud: Cloud) -> None:
    """Put an object into the cloud. Raises `ApiError` where another has its id, unless the type overwrites.

    `values` fill in what is said of a taken id.
    """
    facts = facts_of(thing.type)
    if cloud.add(thing):
        return
    if not (thing.inputs.get(facts.puts) if isinstance(facts.puts, str) else facts.puts):
        says = values.filled(facts.taken) if facts.taken else f"simulated {thing.type}: {thing.id} already exists"
        raise ApiError(says)
    cloud.replace(thing)
