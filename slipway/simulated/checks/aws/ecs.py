"""Tasks of containers, and the services that keep as many of them as wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
_CLUSTER = "aws:ecs/cluster:Cluster"
_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_LISTENERS = {
    "aws:lb/listener:Listener": "defaultActions.targetGroupArn",
    "aws:lb/listenerRule:ListenerRule": "actions.targetGroupArn",
}
_SERVICE = "aws:ecs/service:Service"
_TARGETS = "aws:lb/targetGroup:TargetGroup"
_GIB = 1024  # MiB
# What Fargate has: memory in MiB by CPU units, from, to and by how much.
_ROOM = {
    "256": (512, 1024, 2048),
    "512": range(_GIB, 4 * _GIB + 1, _GIB),
    "1024": range(2 * _GIB, 8 * _GIB + 1, _GIB),
    "2048": range(4 * _GIB, 16 * _GIB + 1, _GIB),
    "4096": range(8 * _GIB, 30 * _GIB + 1, _GIB),
    "8192": range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB),
    "16384": range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB),
}


def check_definition(asked: Asked, _cloud: Cloud) -> None:
    """A task has a size that Fargate has, mounts what it declares, and a role that fetches its secrets."""
    containers = _containers(asked.inputs)
    if "FARGATE" in asked.texts("requiresCompatibilities"):
        _check_fargate(asked, containers)
    declared = {each.get("name") for each in asked.inputs.get("volumes") or ()}
    for container in containers:
        for mount in container.get("mountPoints") or ():
            if mount.get("sourceVolume") not in declared:
                raise ApiError(f"ClientException: Unknown volume '{mount.get('sourceVolume')}'.")
        names = {each.get("name") for each in containers}
        for needed in container.get("dependsOn") or ():
            if needed.get("containerName") not in names:
                raise ApiError(
                    f"ClientException: Container dependency '{needed.get('containerName')}' does not exist in the task "
                    "definition."
                )
        if container.get("secrets") and not asked.sure("executionRoleArn") and "executionRoleArn" not in asked.inputs:
            raise ApiError(
                "ClientException: When you are specifying container secrets, you must also specify a value for "
                "'executionRoleArn'."
            )


def check_service(asked: Asked, cloud: Cloud) -> None:
    """A service leads to a container of its tasks, from a target group that has addresses and a load balancer."""
    _check_capacity(asked, cloud)
    definitions = cloud.naming(_DEFINITION, "arn", asked.text("taskDefinition"))
    for balanced in asked.inputs.get("loadBalancers") or ():
        for definition in definitions:
            _check_container(balanced, definition)
        for targets in cloud.naming(_TARGETS, "arn", str(balanced.get("targetGroupArn") or "")):
            _check_targets(targets, definitions, cloud)


def check_unused_capacity(held: Object, cloud: Cloud) -> None:
    """Capacity does not leave a cluster whose services run on it."""
    for cluster in cloud.naming(_CLUSTER, "name", str(held.inputs.get("clusterName"))):
        for service in cloud.naming(_SERVICE, "cluster", str(cluster.properties.get("arn"))):
            if service.inputs.get("capacityProviderStrategies"):
                raise InUseError(
                    "ResourceInUseException: The specified capacity provider is in use and cannot be removed."
                )


def _check_capacity(asked: Asked, cloud: Cloud) -> None:
    """A service runs on capacity that its cluster has."""
    wanted = {str(each.get("capacityProvider")) for each in asked.inputs.get("capacityProviderStrategies") or ()}
    for cluster in cloud.naming(_CLUSTER, "arn", asked.text("cluster")) if wanted else ():
        held = cloud.naming(_CAPACITY, "clusterName", str(cluster.properties.get("name")))
        there = {str(name) for each in held for name in each.inputs.get("capacityProviders") or ()}
        if missing := sorted(wanted - there - {UNKNOWN}):
            raise ApiError(
                f"InvalidParameterException: The specified capacity provider '{missing[0]}' is not associated with the "
                "cluster."
            )


def _check_fargate(asked: Asked, containers: Iterable[Mapping[str, Any]]) -> None:
    if asked.inputs.get("networkMode") not in ("awsvpc", UNKNOWN):
        raise ApiError("ClientException: Fargate only supports network mode 'awsvpc'.")
    cpu, memory = asked.inputs.get("cpu"), asked.inputs.get("memory")
    if UNKNOWN not in (cpu, memory) and not (
        str(cpu) in _ROOM and str(memory).isdigit() and int(str(memory)) in _ROOM[str(cpu)]
    ):
        raise ApiError(
            f"ClientException: No Fargate configuration exists for given values: {cpu} CPU, {memory} memory."
        )
    for container in containers:
        if int(container.get("stopTimeout") or 0) > 120:  # noqa: PLR2004  # seconds
            raise ApiError("ClientException: stopTimeout must be 120 seconds or less for tasks on Fargate.")
        if container.get("privileged") is True:
            raise ApiError("ClientException: Fargate tasks cannot be privileged.")


def _check_container(balanced: Mapping[str, Any], definition: Object) -> None:
    containers = {str(each.get("name")): each for each in _containers(definition.inputs)}
    name, port = str(balanced.get("containerName")), balanced.get("containerPort")
    if not containers or UNKNOWN in (name, port):
        return
    if name not in containers:
        raise ApiError(f"InvalidParameterException: The container {name} does not exist in the task definition.")
    ports = {str(each.get("containerPort")) for each in containers[name].get("portMappings") or ()}
    if str(int(port) if isinstance(port, float) else port) not in ports:
        raise ApiError(f"InvalidParameterException: The container {name} did not have a container port {port} defined.")


def _check_targets(targets: Object, definitions: Iterable[Object], cloud: Cloud) -> None:
    arn = str(targets.properties.get("arn"))
    kind = targets.inputs.get("targetType") or "instance"
    if kind == "instance" and any(each.inputs.get("networkMode") == "awsvpc" for each in definitions):
        raise ApiError(
            f"InvalidParameterException: The provided target group {arn} has target type instance, which is "
            "incompatible with the awsvpc network mode specified in the task definition."
        )
    if not any(cloud.naming(token, path, arn) for token, path in _LISTENERS.items()):
        raise ApiError(
            f"InvalidParameterException: The target group with targetGroupArn {arn} does not have an associated load "
            "balancer."
        )


def _containers(inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The containers of a task definition, as far as they are known."""
    text = inputs.get("containerDefinitions")
    if not isinstance(text, str) or text == UNKNOWN:
        return []
    found = json.loads(text)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


CREATING = {"TaskDefinition": check_definition, "Service": check_service}
UPDATING = {"Service": check_service}
DELETING = {"ClusterCapacityProviders": check_unused_capacity}
