"""Containers, and the names, ports, networks and volumes that they share on one engine. Inputs are any JSON."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_CONTAINER, _NETWORK = "docker:index/container:Container", "docker:index/network:Network"
_IMAGE, _VOLUME = "docker:index/remoteImage:RemoteImage", "docker:index/volume:Volume"
_OWN_NETWORKS = frozenset({"bridge", "host", "none"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # nothing binds here


def check_container(asked: Asked, cloud: Cloud) -> None:
    """Its name and its ports are free, and its image and networks are there."""
    name = asked.text("name")
    if name and any(other.properties.get("name") == name for other in _others(asked, cloud)):
        raise ApiError(f'Unable to create container: Conflict. The container name "/{name}" is already in use')
    image = asked.text("image")
    if image.startswith("sha256:") and not any(image == _image_id(each.properties) for each in cloud.of(_IMAGE)):
        raise ApiError(f"Unable to create container with image {image}: unable to find or pull image {image}")
    known = {name for each in cloud.of(_NETWORK) for name in (each.id, str(each.properties.get("name")))}
    for network in _parts(asked.inputs, "networksAdvanced", "name"):
        if network not in known | _OWN_NETWORKS:
            raise ApiError(f"Unable to connect to network '{network}': network {network} not found")
    taken = {port for other in _others(asked, cloud) for port in _ports(other.properties)}
    for ip, port in _ports(asked.inputs):
        if any(port == other and (ip == at or _EVERYWHERE & {ip, at}) for at, other in taken):
            raise ApiError(f"Unable to start container: Bind for {ip}:{port} failed: port is already allocated")


def check_new_network(asked: Asked, cloud: Cloud) -> None:
    """An engine has each name once."""
    name = asked.text("name")
    if name and any(each.properties.get("name") == name for each in cloud.of(_NETWORK)):
        raise ApiError(f"Unable to create network: network with name {name} already exists")


def check_empty(held: Object, cloud: Cloud) -> None:
    """A network that containers are in cannot be deleted."""
    names = {held.id, str(held.properties.get("name"))}
    if any(names & {*_parts(each.properties, "networksAdvanced", "name")} for each in cloud.of(_CONTAINER)):
        raise InUseError(f"Unable to remove network: network {held.id} has active endpoints")


def check_unmounted(held: Object, cloud: Cloud) -> None:
    """A volume that a container mounts cannot be deleted, not even when the container has ended."""
    if any(held.id in _parts(each.properties, "volumes", "volumeName") for each in cloud.of(_CONTAINER)):
        raise InUseError(f"Unable to remove volume: remove {held.id}: volume is in use")


def pulled(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    """The same image has the same id, whoever pulls it."""
    image = _image_id(asked.inputs)
    return {"imageId": image, "repoDigest": asked.text("name"), "id": f"{image}{asked.text('name')}"}


def _image_id(image: Mapping[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(str(image.get('name')).encode()).hexdigest()}"


def _others(asked: Asked, cloud: Cloud) -> Iterator[Object]:
    return (each for each in cloud.of(_CONTAINER) if each.id != asked.id)


def _parts(thing: Mapping[str, Any], blocks: str, name: str) -> Iterator[str]:
    found = thing.get(blocks)
    for block in found if isinstance(found, list) else ():
        value = block.get(name) if isinstance(block, dict) else None
        if isinstance(value, str) and value != UNKNOWN:
            yield value


def _ports(container: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    found = container.get("ports")
    for block in found if isinstance(found, list) else ():
        port = block.get("external") if isinstance(block, dict) else None
        if isinstance(port, int | float) and not isinstance(port, bool):
            yield str(block.get("ip") or ""), int(port)


CREATING = {"Container": check_container, "Network": check_new_network}
DELETING = {"Network": check_empty, "Volume": check_unmounted}
GIVES = {"RemoteImage": pulled}
