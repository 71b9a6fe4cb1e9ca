"""The providers of a stack on a single server: its host's, and those of what lies elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_command as command
import pulumi_random as random

from config.aws_front import CloudflareZone, Route53Zone
from config.pages import PagesSite
from config.vps_server import AwsPlace, DigitalOceanPlace, HetznerPlace, LinodePlace, UptimeCheck

if TYPE_CHECKING:
    from config.stack import StackSettings
    from config.vps import Vps

_ANYWHERE = "us-east-1"  # of what has no region in AWS: zones and checks of Route 53


def providers(stack: StackSettings, topology: Vps) -> list[pulumi.ProviderResource]:
    """One of each cloud that the stack has something in. Tokens come from the environment of who deploys."""
    found: list[pulumi.ProviderResource] = [random.Provider("random"), command.Provider("command")]
    checked = topology.uptime.kind if isinstance(topology.uptime, UptimeCheck) else ""
    # Each SDK takes a second and more to load: for the stacks that have something there.
    if isinstance(topology.provider, DigitalOceanPlace) or checked == "digitalocean":
        import pulumi_digitalocean as digitalocean  # noqa: PLC0415  # as said above

        found.append(digitalocean.Provider("digitalocean"))
    if isinstance(topology.provider, HetznerPlace):
        import pulumi_hcloud as hcloud  # noqa: PLC0415

        found.append(hcloud.Provider("hcloud"))
    if isinstance(topology.provider, LinodePlace):
        import pulumi_linode as linode  # noqa: PLC0415

        found.append(linode.Provider("linode"))
    if isinstance(topology.dns, CloudflareZone) or isinstance(topology.frontend, PagesSite):
        from stacks.cloudflare_provider import cloudflare_provider  # noqa: PLC0415

        found.append(cloudflare_provider())
    if (region := aws_region(topology)) is not None:
        found.append(_aws(stack, topology, region))
    return found


def aws_region(topology: Vps) -> str | None:
    """The region in AWS of what the stack has there; None where it has nothing there."""
    if isinstance(topology.provider, AwsPlace):
        return topology.provider.region
    if topology.uploads is not None:
        return topology.uploads.region
    checked = isinstance(topology.uptime, UptimeCheck) and topology.uptime.kind == "route53"
    return _ANYWHERE if checked or isinstance(topology.dns, Route53Zone) or topology.static else None


def _aws(stack: StackSettings, topology: Vps, region: str) -> pulumi.ProviderResource:
    import pulumi_aws as aws  # noqa: PLC0415

    place = topology.provider if isinstance(topology.provider, AwsPlace) else None
    role = place.role_arn if place else None
    return aws.Provider(
        region,
        region=region,
        allowed_account_ids=(list(place.account_ids) or None) if place else None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=stack.required_tags()),
    )


def check_provider(stack: StackSettings, topology: Vps, placed: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Options for a check by Route 53, whose metrics are in one region: a provider of that, where none is there."""
    if aws_region(topology) == _ANYWHERE:
        return placed
    return pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(providers=[_aws(stack, topology, _ANYWHERE)]))
