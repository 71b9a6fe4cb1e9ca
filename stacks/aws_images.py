"""The image of each service: named by the release, looked up by its tag, or built by the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from config.aws_ecs import AwsEcs
from config.release import BuildRelease, BuildsRelease, TaggedRelease, ecr_repository
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings


@dataclass(frozen=True, slots=True)
class Pulled:
    """An image as tasks pull it."""

    image: pulumi.Input[str]
    """The image with its digest."""
    registry_arn: pulumi.Input[str] | None
    """The ARN of the repository of Amazon's that it is in; none where it is in another registry."""


def images(
    stack: StackSettings, provider: pulumi.ProviderResource, placed: pulumi.ResourceOptions
) -> Mapping[str, Pulled]:
    """The image of each service, by the service's name."""
    release = topology_of(stack, AwsEcs).release
    if isinstance(release, BuildRelease | BuildsRelease):
        # By name: what builds is for whoever builds.
        built: Mapping[str, Pulled] = import_module("stacks.aws_builds").built(stack, release, provider, placed)
        return built
    if isinstance(release, TaggedRelease):
        return dict.fromkeys(stack.application.services, _looked_up(release.image, provider))
    return {name: _named(release.image_of(name)) for name in stack.application.services}


def image_outputs(stack: StackSettings, pulled: Mapping[str, Pulled]) -> Mapping[str, pulumi.Input[object]]:
    """The images by service, where the stack file does not tell them itself."""
    release = topology_of(stack, AwsEcs).release
    if not isinstance(release, BuildRelease | BuildsRelease | TaggedRelease):
        return {}
    return {"images": {name: each.image for name, each in pulled.items()}}


def _named(image: str) -> Pulled:
    repository = ecr_repository(image)
    return Pulled(image, repository.arn if repository else None)


def _looked_up(image: str, provider: pulumi.ProviderResource) -> Pulled:
    """The image that has the tag now. Amazon's registry is asked as AWS; any other one without a login."""
    repository = ecr_repository(image)
    name, _, tag = image.rpartition(":")
    if repository is None:
        digest: pulumi.Output[str] = import_module("stacks.registry").digest_of(image)
    else:
        digest = aws.ecr.get_image_output(
            registry_id=repository.account,
            region=repository.region,
            repository_name=repository.name,
            image_tag=tag,
            opts=pulumi.InvokeOptions(provider=provider),
        ).image_digest
    return Pulled(pulumi.Output.concat(name, "@", digest), repository.arn if repository else None)
