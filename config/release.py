"""A release: the built application that a stack runs. All its services run from the same one."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.settings import Settings, refusal
from config.values import Matches, Sha256

# What a release needs beside the application on a machine: the process manager, and the client that holds the lock
# under which migrations run. tests/machines/tools/ locks the same versions.
PM2 = "7.0.4"
PG = "8.23.1"

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[a-z0-9._/-]+)@")


def _reachable(image: str) -> str:
    port = image.partition("@")[0].partition(":")[2].partition("/")[0]
    if port not in {"", "443"}:
        raise refusal("machines reach a registry on port 443 only", "copy the image to a registry that has this port")
    return image


class ArchiveRelease(Settings):
    """An archive in S3 that carries the runtime and every dependency: a machine installs nothing from outside."""

    kind: Literal["archive"]
    """Always `archive`."""
    bucket: Annotated[
        str,
        Matches(
            r"(?!xn--|sthree-)[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]",
            "the name of an S3 bucket is wanted, without dots",
            "write it as in acme-releases",
        ),
    ]
    """The bucket, in the stack's region."""
    key: Annotated[
        str,
        Matches(
            r"(?!/)(?!.*//)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}\.tar\.(?:gz|xz)",
            "the key of a .tar.gz or .tar.xz is wanted",
            "write it as in orders/1.4.2.tar.gz",
        ),
    ]
    """The archive's key in the bucket."""
    sha256: Sha256
    """The archive's SHA-256 sum: a machine runs nothing else."""


ImageDigest = Annotated[
    str,
    Matches(
        r"(?:[a-z0-9.-]+(?::\d+)?/)?[a-z0-9._/-]+@sha256:[0-9a-f]{64}",
        "an image with its digest is wanted: a tag may mean another one tomorrow",
        "write it as in registry.example.com/orders@sha256:…",
    ),
    AfterValidator(_reachable),
]


@dataclass(frozen=True, slots=True)
class EcrRepository:
    """A repository in Amazon's registry."""

    region: str
    """The region that it is in."""
    arn: str
    """Its ARN."""


def ecr_repository(image: str) -> EcrRepository | None:
    """The repository of an image, where it is one of Amazon's registry."""
    found = _ECR.match(image)
    if found is None:
        return None
    return EcrRepository(
        found["region"], f"arn:aws:ecr:{found['region']}:{found['account']}:repository/{found['name']}"
    )


class ImageRelease(Settings):
    """A container image, by digest."""

    kind: Literal["image"]
    """Always `image`."""
    image: ImageDigest
    """The image with its digest."""

    def image_of(self, _: str) -> str:
        """The image of a service, which is that of all."""
        return self.image


class ImagesRelease(Settings):
    """A container image for each service, by digest."""

    kind: Literal["images"]
    """Always `images`."""
    images: dict[str, ImageDigest]
    """The images with their digests, by the service's name."""

    def image_of(self, service: str) -> str:
        """The image of a service."""
        return self.images[service]


class GitRelease(Settings):
    """A revision in a public Git repository, built on each machine when it starts: simple, slow, for development."""

    kind: Literal["git"]
    """Always `git`."""
    repository: Annotated[
        str,
        Matches(
            r"https://[a-z0-9.-]+/[A-Za-z0-9._/-]+",
            "the https address of a repository is wanted, without a user or token",
            "write it as in https://github.com/acme/orders.git",
        ),
    ]
    """The repository's address."""
    revision: Annotated[
        str,
        Matches(
            r"[0-9a-f]{40}",
            "a whole revision is wanted, in quotes: a branch means another one tomorrow",
            "run: git rev-parse HEAD",
        ),
    ]
    """The revision: 40 hexadecimal digits."""


Release = Annotated[ArchiveRelease | ImageRelease | GitRelease, Field(discriminator="kind")]
