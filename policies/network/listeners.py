"""What load balancers listen on and where they send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.network.inputs import inside, leaves, maps, number
from policies.network.placements import BALANCERS, CLASSIC
from policies.network.spans import Spans
from policies.network.traffic import PORTS, TCP, UDP, Traffic

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value
    from policies.network.links import Links

LISTENERS: Final = tuple(f"aws:{room}/listener:Listener" for room in ("lb", "alb"))
TARGET_GROUPS: Final = tuple(f"aws:{room}/targetGroup:TargetGroup" for room in ("lb", "alb"))
ATTACHMENTS: Final = tuple(f"aws:{room}/targetGroupAttachment:TargetGroupAttachment" for room in ("lb", "alb"))
_ECS: Final = "aws:ecs/service:Service"


@dataclass(frozen=True, slots=True)
class TargetPorts:
    """The ports on which load balancers of a plan expect their targets. `whole` is false where some are not known."""

    ports: Spans
    whole: bool


def read_listeners(links: Links) -> dict[str, Traffic]:
    """What each load balancer listens on, by its URN."""
    found: dict[str, Traffic] = {}
    for kind in LISTENERS:
        for each in links.graph.of_type(kind):
            port = number(each.inputs.get("port"))
            ports = PORTS if port is None else Spans(((port, port),))
            protocol = str(each.inputs.get("protocol")).upper()
            traffic = Traffic()
            if protocol not in ("UDP", "QUIC"):
                traffic |= Traffic.ports(TCP, ports)
            if protocol not in ("TCP", "TLS"):
                traffic |= Traffic.ports(UDP, ports)
            for balancer in links.find(each.inputs.get("loadBalancerArn"), BALANCERS).resources:
                found[balancer.urn] = found.get(balancer.urn, Traffic()) | traffic
    return found


def target_ports(graph: Graph) -> TargetPorts:
    """Where targets are expected to listen: their ports, and those that only say whether they are well."""
    given: list[Value] = []
    for kind in TARGET_GROUPS:
        for each in graph.of_type(kind):
            if each.inputs.get("targetType") == "lambda":
                continue
            given += [each.inputs.get("port"), inside(each.inputs, "healthCheck.port")]
    for kind in ATTACHMENTS:
        given += [each.inputs.get("port") for each in graph.of_type(kind)]
    for each in graph.of_type(_ECS):
        given += leaves(each.inputs, "loadBalancers.containerPort")
    for each in graph.of_type(CLASSIC):
        given += leaves(each.inputs, "listeners.instancePort")
        given += [_port_of(check.get("target")) for check in maps(each.inputs.get("healthCheck"))]
    known = [port for value in given if (port := number(value)) is not None]
    spoken = [value for value in given if value is not None and value != "traffic-port"]
    return TargetPorts(Spans.of((port, port) for port in known), len(known) == len(spoken))


def _port_of(target: Value) -> Value:
    """The port of a classic health check, such as HTTP:8080/health."""
    if not isinstance(target, str):
        return target
    return target.partition(":")[2].partition("/")[0]
