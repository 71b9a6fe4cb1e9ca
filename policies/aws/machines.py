"""The machines of a plan under every name that AWS has for starting one, and what each says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.aws.types import (
    INSTANCE,
    LAUNCH_CONFIGURATION,
    LAUNCH_TEMPLATE,
    SPOT,
    SPOT_FLEET,
    SUBNET,
)
from policies.inputs import Field, made, negated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from policies.inputs import Answer

ADDRESSES = ("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation")
_STARTED = (INSTANCE, SPOT)
_DEVICES = ("rootBlockDevice", "ebsBlockDevices", "ephemeralBlockDevices")


@dataclass(frozen=True, slots=True)
class Machine:
    """One place that says how machines are started. `at` holds what it says.

    `template` is the launch template that fills in what an instance leaves out, None where the plan does not hold it.
    """

    at: Field
    templated: bool = False
    template: Field | None = None

    def setting(self, name: str) -> Field | None:
        """A setting, the template's where the machine itself has none; None where the plan does not hold that."""
        if self.at[name].given or not self.templated:
            return self.at[name]
        return self.template[name] if self.template is not None else None

    def devices(self) -> tuple[Field, ...]:
        """The disks of their own that it says anything of."""
        if self.at.resource.type == LAUNCH_TEMPLATE:
            return self.at["blockDeviceMappings"].items()
        return tuple(device for name in _DEVICES for device in self.at[name].items())


def machines(graph: Graph) -> Iterator[Machine]:
    """Every machine, template and configuration of the plan."""
    named = {
        name: at for at in made(graph, LAUNCH_TEMPLATE) for name in (at["name"].text(), at.resource.id or None) if name
    }
    for at in made(graph, *_STARTED):
        templated = at["launchTemplate"].given
        yield Machine(at, templated, _template(graph, at, named) if templated else None)
    for at in made(graph, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION):
        yield Machine(at)
    for fleet in made(graph, SPOT_FLEET):
        for at in fleet["launchSpecifications"].items():
            yield Machine(at)


def without_address(graph: Graph, at: Field) -> Answer:
    """Whether an instance gets no public address of its own: where it says nothing, its subnet does."""
    if at["associatePublicIpAddress"].given:
        return negated(at["associatePublicIpAddress"].flag(default=False))
    subnet = graph.follow(at.resource, "subnetId", (SUBNET,))
    if subnet is not None:
        return negated(Field(subnet, "", subnet.inputs)["mapPublicIpOnLaunch"].flag(default=False))
    return None if at["subnetId"].given or at["networkInterfaces"].given else False


def _template(graph: Graph, at: Field, named: Mapping[str, Field]) -> Field | None:
    """The template of an instance. Of its block the engine tells only what all of it waits for."""
    urns = at.resource.property_dependencies.get("launchTemplate", ())
    found = [each for each in map(graph.get, urns) if each is not None and each.type == LAUNCH_TEMPLATE]
    if len(found) == 1:
        return Field(found[0], "", found[0].inputs)
    names = (at["launchTemplate"][key].text() or "" for key in ("name", "id"))
    return next((named[name] for name in names if name in named), None)
