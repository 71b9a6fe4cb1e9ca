"""The topology `aws-ec2`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from stacks.adoption import Adoption
from stacks.aws_alarms import alarms
from stacks.aws_data import store
from stacks.aws_front import address, load_balancer, names, with_zone
from stacks.aws_image import image_id
from stacks.aws_machines import Surroundings, machines
from stacks.aws_network import network, outputs
from stacks.aws_provider import aws_provider
from stacks.facts import register_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    adoption = Adoption(stack.topology.adopt)
    register_facts(stack, redis_elsewhere=stack.topology.existing.cache is not None)
    placed = pulumi.ResourceOptions(provider=aws_provider(stack.topology, stack.required_tags()))
    image = image_id(stack.topology.image, placed)
    networked = network(stack, image, placed)
    stored = store(stack, secrets, networked, placed)
    front = with_zone(stack, placed)
    balancer = load_balancer(stack, networked, front)
    names(stack, balancer, front)
    groups = machines(stack, Surroundings(networked, stored, balancer, image), placed)
    watching = alarms(stack, groups, balancer, stored, placed)
    adoption.finish()
    return {
        "url": address(stack, balancer),
        **outputs(networked),
        "loadBalancer": balancer.dns_name,
        "groups": {name: group.group_name for name, group in groups.items()},
        "dashboard": watching.dashboard_name,
        **({"uploads": stored.uploads.bucket_name} if stored.uploads else {}),
    }
