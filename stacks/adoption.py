"""Taking over resources that are there already: imported by the next deployment instead of created."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import register_stack_transformation

if TYPE_CHECKING:
    from collections.abc import Mapping


class Adoption:
    """Guarantees that each resource that is named is imported, and that a name that fits none is not passed over."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        """`ids` are the ids to import by, each under the end of its resource's URN: `<type>::<name>`.

        It must be made before the first of these resources is.
        """
        self._ids, self._missed = ids, dict(ids)
        if ids:
            register_stack_transformation(self._import)

    def finish(self) -> None:
        """Ends the program where a name fitted no resource."""
        if self._missed:
            names = ", ".join(self._missed)
            raise pulumi.RunError(
                f"slipway:topology.adopt: the stack makes no such resource: {names}; see `slipway plan --json` for its"
                " resources, and take out what is adopted already"
            )

    def _import(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        key = f"{args.type_}::{args.name}"
        if key not in self._ids:
            return None
        self._missed.pop(key, None)
        adopted = pulumi.ResourceOptions(import_=self._ids[key])
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, adopted))
