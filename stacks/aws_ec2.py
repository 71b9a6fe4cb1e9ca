"""The topology `aws-ec2`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_ec2 import AwsEc2
from stacks.adoption import Adoption
from stacks.aws_alarms import alarms
from stacks.aws_data import store
from stacks.aws_front import front_outputs, load_balancer, names, other_providers
from stacks.aws_frontend import frontend_outputs
from stacks.aws_image import image_id
from stacks.aws_machines import ENDPOINTS, Surroundings, machines, watched
from stacks.aws_network import NatImage, network, outputs
from stacks.aws_provider import aws_provider, placement
from stacks.aws_secrets import widget_outputs
from stacks.facts import register_facts
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    topology = topology_of(stack, AwsEc2)
    adoption = Adoption(topology.adopt)
    register_facts(stack, redis_elsewhere=topology.existing.cache is not None)
    provider = aws_provider(topology, stack.required_tags())
    placed = placement(provider, *other_providers(stack))
    image = image_id(topology.image, provider)
    networked = network(stack, ENDPOINTS, NatImage(image, topology.image.architecture), placed)
    stored = store(stack, secrets, networked, placed)
    balancer = load_balancer(stack, networked, placed)
    names(stack, balancer, placed)
    groups = machines(stack, Surroundings(networked, stored, balancer, image), placed)
    watching = alarms(stack, watched(stack, groups, balancer), balancer, stored, placed)
    adoption.finish()
    return {
        **front_outputs(stack, balancer),
        **outputs(networked),
        "groups": {name: group.group_name for name, group in groups.items()},
        "dashboard": watching.dashboard_name,
        **({"uploads": stored.uploads.bucket_name} if stored.uploads else {}),
        **frontend_outputs(stored.site),
        **widget_outputs(stored.places),
    }
