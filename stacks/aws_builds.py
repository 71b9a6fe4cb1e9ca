"""The images that a deployment builds: from which files, into which repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker_build

from components.aws.image_repository import ImageRepository
from components.docker.built_image import BuiltImage, BuiltImageArgs
from config.aws_ecs import AwsEcs
from config.builds import content_of
from config.release import BuildRelease
from stacks.aws_images import Pulled
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.release import BuildsRelease, ImageBuild
    from config.stack import StackSettings


def built(
    stack: StackSettings,
    release: BuildRelease | BuildsRelease,
    provider: pulumi.ProviderResource,
    placed: pulumi.ResourceOptions,
) -> Mapping[str, Pulled]:
    """The image of each service."""
    builder = docker_build.Provider("docker-build")
    placed = pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(providers=[builder]))

    def made(role: str, build: ImageBuild) -> Pulled:
        repository = ImageRepository(f"{role}-images", {"keep": release.keep, "deletion": release.deletion}, placed)
        login = aws.ecr.get_authorization_token_output(
            registry_id=repository.registry_id, opts=pulumi.InvokeOptions(provider=provider)
        )
        args: BuiltImageArgs = {
            "title": role,
            "context": build.context,
            "dockerfile": build.instructions(),
            "content": content_of(build, Path()),  # the program runs in the project's root, and so does the builder
            "architecture": topology_of(stack, AwsEcs).architecture,
            "repository_url": repository.repository_url,
            "cache_ref": repository.cache_ref,
            "username": login.user_name,
            "password": login.password,
        }
        if build.target is not None:
            args["target"] = build.target
        return Pulled(BuiltImage(f"{role}-image", args, placed).ref, repository.repository_arn)

    if isinstance(release, BuildRelease):
        return dict.fromkeys(stack.application.services, made(stack.app, release))
    return {name: made(f"{stack.app}-{name}", build) for name, build in release.builds.items()}
