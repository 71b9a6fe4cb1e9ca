"""The images of a stack's own repositories: built by the deployment, or built before and named by a digest."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import pulumi

from components.aws.image_repository import ImageRepository
from config.release import BuildRelease
from stacks.aws_images import Pulled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.release import BuildsRelease, ImageBuild
    from config.stack import StackSettings
    from stacks.image_builder import ImageBuilder


def built(
    stack: StackSettings,
    release: BuildRelease | BuildsRelease,
    provider: pulumi.ProviderResource,
    placed: pulumi.ResourceOptions,
) -> Mapping[str, Pulled]:
    """The image of each service. Its repository is there whether or not anything is built."""

    @cache
    def builder() -> ImageBuilder:
        # By name and when it is needed: a way back needs neither the builder nor its SDK.
        made: ImageBuilder = import_module("stacks.image_builder").ImageBuilder(stack, provider, placed)
        return made

    def made(role: str, build: ImageBuild) -> Pulled:
        repository = ImageRepository(f"{role}-images", {"keep": release.keep, "deletion": release.deletion}, placed)
        if build.digest is None:
            image = builder().built(role, build, repository)
        else:
            image = pulumi.Output.concat(repository.repository_url, "@", build.digest)
        return Pulled(image, repository.repository_arn)

    if isinstance(release, BuildRelease):
        return dict.fromkeys(stack.application.services, made(stack.app, release))
    return {name: made(f"{stack.app}-{name}", build) for name, build in release.builds.items()}
