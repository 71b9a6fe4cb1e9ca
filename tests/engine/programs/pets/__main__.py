"""A dynamic provider that uses a module of the program's own."""

from typing import Any

import names
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class PetProvider(ResourceProvider):
    """Makes pets."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("pet-1", {**props, "call": names.call(props["name"])})


class Pet(Resource):
    """A pet that answers to a call."""

    call: pulumi.Output[str]

    def __init__(self, name: str) -> None:
        super().__init__(PetProvider(), name, {"name": name, "call": None})


pulumi.export("call", Pet("rex").call)
