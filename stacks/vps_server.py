"""The server of a stack, at whoever hosts it, and who looks from outside whether it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from components.server.health import ANSWER
from config.values import Deletion
from config.vps_server import AwsPlace, DataVolume, DigitalOceanPlace, HetznerPlace, UptimeCheck
from stacks.vps_machine import web_networks
from stacks.vps_providers import check_provider

if TYPE_CHECKING:
    import pulumi

    from components.server.args import ServerArgs
    from components.server.uptime import UptimeArgs
    from config.stack import StackSettings
    from config.vps import Vps


class Server(Protocol):
    """What each provider's server tells."""

    address: pulumi.Output[str]
    """The IPv4 address, which outlives the server."""
    server_id: pulumi.Output[str]
    """What tells it from the one before."""
    machine: pulumi.Resource
    """What is there as long as the server is."""


def server(stack: StackSettings, topology: Vps, user_data: str, placed: pulumi.ResourceOptions) -> Server:
    """The server, with firewall, address and volume."""
    place, volume = topology.provider, topology.volume
    uptime = topology.uptime
    args: ServerArgs = {
        "location": place.zone if isinstance(place, AwsPlace) else place.region,
        "plan": topology.plan().slug,
        "disk": topology.size.disk,
        "image": topology.image(),
        "user_data": user_data,
        "ssh_keys": {} if topology.ssh.known_keys else {"deploy": topology.ssh.keys[0]},
        "known_ssh_keys": list(topology.ssh.known_keys),
        "ssh_from": list(topology.ssh.networks),
        "deletion": volume.deletion if isinstance(volume, DataVolume) else Deletion.DESTROY,
        "snapshots": topology.snapshots,
        "emails": list(uptime.emails) if isinstance(uptime, UptimeCheck) else [],
        "tags": stack.required_tags(),
    }
    if ranges := web_networks(topology):
        args["web_from"] = list(ranges)
    if isinstance(volume, DataVolume):
        args["volume"] = volume.size
    return _made(f"{stack.app}-server", topology, args, placed)


def _made(name: str, topology: Vps, args: ServerArgs, placed: pulumi.ResourceOptions) -> Server:
    # Each SDK takes a second and more to load: only that of whoever hosts the server.
    if isinstance(topology.provider, DigitalOceanPlace):
        from components.digitalocean.server import DigitalOceanServer  # noqa: PLC0415  # as said above

        return DigitalOceanServer(name, args, placed)
    if isinstance(topology.provider, HetznerPlace):
        from components.hetzner.server import HetznerServer  # noqa: PLC0415

        return HetznerServer(name, args, placed)
    if isinstance(topology.provider, AwsPlace):
        from components.aws.server import AwsServer  # noqa: PLC0415

        return AwsServer(name, args, placed)
    from components.linode.server import LinodeServer  # noqa: PLC0415

    return LinodeServer(name, args, placed)


def uptime(stack: StackSettings, topology: Vps, placed: pulumi.ResourceOptions) -> None:
    """The checks from outside, where somebody makes them.

    One asks the first public service's own path, the other what the server says of itself: disks, memory, services,
    certificate, backups. A server that runs images says nothing of itself: the program for that comes with a release.
    """
    check = topology.uptime
    if not isinstance(check, UptimeCheck):
        return
    service = next(iter(stack.application.public_services().values()))
    host = (service.hosts or topology.hosts(stack.application))[0]
    here = check.kind == "provider" and isinstance(topology.provider, DigitalOceanPlace)
    by_digitalocean = here or check.kind == "digitalocean"
    where = placed if by_digitalocean else check_provider(stack, topology, placed)
    own = {} if topology.images else {"health": ANSWER}
    for role, path in {"uptime": service.health_path or "/", **own}.items():
        args: UptimeArgs = {
            "url": f"https://{host}{path}",
            "emails": list(check.emails),
            "tags": stack.required_tags(),
        }
        _asked(f"{stack.app}-{role}", args, where, by_digitalocean=by_digitalocean)


def _asked(name: str, args: UptimeArgs, where: pulumi.ResourceOptions, *, by_digitalocean: bool) -> None:
    if by_digitalocean:
        from components.digitalocean.uptime import DigitalOceanUptime  # noqa: PLC0415 - its SDK takes a second

        DigitalOceanUptime(name, args, where)
    else:
        from components.aws.uptime import AwsUptime  # noqa: PLC0415 - its SDK takes a second

        AwsUptime(name, args, where)
