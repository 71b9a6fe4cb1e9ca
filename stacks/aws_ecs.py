"""The topology `aws-ecs`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.aws.container_cluster import ContainerCluster
from config.aws_ecs import AwsEcs
from config.aws_network import NatInstance
from stacks.adoption import Adoption
from stacks.aws_alarms import alarms
from stacks.aws_data import store
from stacks.aws_front import front_outputs, load_balancer, names, other_providers
from stacks.aws_frontend import frontend_outputs
from stacks.aws_image import image_id
from stacks.aws_images import image_outputs, images
from stacks.aws_network import NatImage, network, outputs
from stacks.aws_provider import aws_provider, placement
from stacks.aws_schedules import schedules
from stacks.aws_secrets import widget_outputs
from stacks.aws_task_variables import addresses
from stacks.aws_tasks import ENDPOINTS, SHELL_ENDPOINTS, Around, tasks, watched
from stacks.facts import register_facts
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    topology = topology_of(stack, AwsEcs)
    adoption = Adoption(topology.adopt)
    register_facts(stack, redis_elsewhere=topology.existing.cache is not None)
    provider = aws_provider(topology, stack.required_tags())
    placed = placement(provider, *other_providers(stack))
    endpoints = (*ENDPOINTS, *(SHELL_ENDPOINTS if topology.shell else ()))
    networked = network(stack, endpoints, _nat_image(topology, provider), placed)
    stored = store(stack, secrets, networked, placed)
    balancer = load_balancer(stack, networked, placed)
    names(stack, balancer, placed)
    cluster = ContainerCluster(
        f"{stack.app}-cluster",
        {"shell": topology.shell, "region": topology.region, "log_days": topology.log_days},
        placed,
    )
    pulled = images(stack, provider, placed)
    around = Around(networked, stored, balancer, cluster, addresses(stack, stored, placed), pulled)
    services = tasks(stack, around, placed)
    watching = alarms(stack, watched(stack, services, around), balancer, stored, placed)
    planned = schedules(stack, services, around, watching, placed)
    adoption.finish()
    return {
        **front_outputs(stack, balancer),
        **outputs(networked),
        "cluster": cluster.cluster_name,
        "services": {name: service.service_name for name, service in services.items()},
        **image_outputs(stack, pulled),
        "dashboard": watching.dashboard_name,
        **({"schedules": {name: each.schedule_name for name, each in planned.items()}} if planned else {}),
        **({"uploads": stored.uploads.bucket_name} if stored.uploads else {}),
        **frontend_outputs(stored.site),
        **widget_outputs(stored.places),
    }


def _nat_image(topology: AwsEcs, provider: pulumi.ProviderResource) -> NatImage | None:
    """What a NAT instance starts from, looked up only where the stack has one."""
    if topology.nat_image is None or not isinstance(topology.network.egress, NatInstance):
        return None
    return NatImage(image_id(topology.nat_image, provider), topology.nat_image.architecture)
