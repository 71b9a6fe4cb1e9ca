"""A container image that the deployment builds and pushes."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_docker_build as docker_build

_CONTENT = "dev.slipway.content"  # the label that says what it was built from


class BuiltImageArgs(TypedDict):
    """What the image is made from."""

    title: str
    """What the image is called in its own label."""
    context: str
    """The folder that it is built from, relative to the project's root."""
    dockerfile: str
    """The Dockerfile, relative to the project's root."""
    target: NotRequired[str]
    """The stage of the Dockerfile that is the image; without it, the last one."""
    content: str
    """The digest of context and Dockerfile: another one is another image."""
    architecture: str
    """What the image is built for: amd64 or arm64."""
    repository_url: pulumi.Input[str]
    """The repository that it is pushed to, without a tag."""
    cache_ref: pulumi.Input[str]
    """Where the build finds and leaves its cache: a reference with a tag that can be moved."""
    username: pulumi.Input[str]
    """The user that the registry knows."""
    password: pulumi.Input[str]
    """The password of that user, a secret. Another one alone changes nothing."""


class BuiltImage(pulumi.ComponentResource):
    """Guarantees an image of these files in the registry before anything can name it; no preview builds anything.

    The image is pushed by its digest and has no tag: going back to former files builds once more, and the result may be
    another image with the same content, which no tag is in the way of. Nor does a refresh need the registry, whose
    passwords are short-lived; with a tag, one that has run out would make Pulumi forget the image. When it leaves the
    program it stays in the registry, as long as the repository keeps it: the provider deletes what it pushed under the
    tags that it was given, and it was given none (pulumi-docker-build, provider/internal/image.go, `Delete`).
    """

    ref: pulumi.Output[str]
    """The image with its digest."""

    def __init__(self, name: str, args: BuiltImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:BuiltImage", name, {}, opts)
        repository = pulumi.Output.from_input(args["repository_url"])
        built = docker_build.Image(
            f"{name}-build",
            build_on_preview=False,
            context=docker_build.BuildContextArgs(location=args["context"]),
            dockerfile=docker_build.DockerfileArgs(location=args["dockerfile"]),
            target=args.get("target"),
            platforms=[docker_build.Platform(f"linux/{args['architecture']}")],
            labels={"org.opencontainers.image.title": args["title"], _CONTENT: args["content"]},
            push=False,  # the export below does, by digest
            exports=[
                docker_build.ExportArgs(
                    registry=docker_build.ExportRegistryArgs(names=[repository], push=True, push_by_digest=True)
                )
            ],
            cache_from=[docker_build.CacheFromArgs(registry=docker_build.CacheFromRegistryArgs(ref=args["cache_ref"]))],
            cache_to=[docker_build.CacheToArgs(registry=_kept_cache(args["cache_ref"]))],
            registries=[
                docker_build.RegistryArgs(
                    address=repository,
                    username=args["username"],
                    password=pulumi.Output.secret(args["password"]),
                )
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.ref = pulumi.Output.concat(repository, "@", built.digest)
        self.register_outputs({"ref": self.ref})


def _kept_cache(ref: pulumi.Input[str]) -> docker_build.CacheToRegistryArgs:
    """All layers, in the form that Amazon's registry takes. A cache that cannot be left makes the next build slow."""
    return docker_build.CacheToRegistryArgs(
        ref=ref, mode=docker_build.CacheMode.MAX, image_manifest=True, oci_media_types=True, ignore_error=True
    )
