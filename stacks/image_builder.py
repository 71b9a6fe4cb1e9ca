"""What builds images in a deployment, and the login that it pushes them with. For whoever builds one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker_build

from components.docker.built_image import BuiltImage, BuiltImageArgs
from config.aws_ecs import AwsEcs
from config.builds import content_of
from stacks.topology import topology_of

if TYPE_CHECKING:
    from components.aws.image_repository import ImageRepository
    from config.release import ImageBuild
    from config.stack import StackSettings


class ImageBuilder:
    """Builds the images of a stack, all with one provider."""

    def __init__(self, stack: StackSettings, provider: pulumi.ProviderResource, placed: pulumi.ResourceOptions) -> None:
        self._architecture = topology_of(stack, AwsEcs).architecture
        self._provider = provider
        builder = docker_build.Provider("docker-build")
        self._placed = pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(providers=[builder]))

    def built(self, role: str, build: ImageBuild, repository: ImageRepository) -> pulumi.Output[str]:
        """The image with its digest, once it is in the repository."""
        login = aws.ecr.get_authorization_token_output(
            registry_id=repository.registry_id, opts=pulumi.InvokeOptions(provider=self._provider)
        )
        args: BuiltImageArgs = {
            "title": role,
            "context": build.context,
            "dockerfile": build.instructions(),
            "content": content_of(build, Path()),  # the program runs in the project's root, and so does the builder
            "architecture": self._architecture,
            "repository_url": repository.repository_url,
            "cache_ref": repository.cache_ref,
            "username": login.user_name,
            "password": login.password,
        }
        if build.target is not None:
            args["target"] = build.target
        return BuiltImage(f"{role}-image", args, self._placed).ref
