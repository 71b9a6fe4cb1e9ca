"""A release: the built application that a stack runs. All its services run from the same one."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.settings import Settings, refusal
from config.values import Deletion, Matches, Sha256, Whole

# What a release needs beside the application on a machine: the process manager, and the client that holds the lock
# under which migrations run. tests/machines/tools/ locks the same versions.
PM2 = "7.0.4"
PG = "8.23.1"

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[a-z0-9._/-]+)[@:]")

# As registries take them: parts of small letters and digits, with single separators between.
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REPOSITORY = rf"(?:[a-z0-9][a-z0-9.-]*(?::\d+)?/)?{_PART}(?:/{_PART})*"


def _reachable(image: str) -> str:
    host, slash, _ = image.partition("/")
    port = host.partition(":")[2] if slash else ""
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
        rf"{_REPOSITORY}@sha256:[0-9a-f]{{64}}",
        "an image with its digest is wanted: a tag may mean another one tomorrow",
        "write it as in registry.example.com/orders@sha256:…",
    ),
    AfterValidator(_reachable),
]


ImageTag = Annotated[
    str,
    Matches(
        rf"{_REPOSITORY}:v?\d+\.\d+\.\d+(?:[._-][A-Za-z0-9._-]{{1,64}})?",
        "an image with the tag of one version is wanted: other tags are made to be moved",
        "write it as in registry.example.com/orders:1.4.2",
    ),
    AfterValidator(_reachable),
]
LocalPath = Annotated[
    str,
    Matches(
        r"(?!/)(?!.*//)(?!.*/$)[A-Za-z0-9._/-]{1,200}",
        "a path relative to the project's root is wanted, of letters, digits and ._/- and without a closing /",
        "write it as in ../orders",
    ),
]
Stage = Annotated[
    str,
    Matches(
        r"[A-Za-z][A-Za-z0-9_.-]{0,63}", "the name of a stage of the Dockerfile is wanted", "write it as in production"
    ),
]

BuiltDigest = Annotated[
    str,
    Matches(
        r"sha256:[0-9a-f]{64}",
        "the digest of an image is wanted",
        "write it as in sha256:…; the output images of the deployment that built it has it",
    ),
]


@dataclass(frozen=True, slots=True)
class EcrRepository:
    """A repository in Amazon's registry."""

    account: str
    """The account that it belongs to."""
    region: str
    """The region that it is in."""
    name: str
    """Its name."""

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:ecr:{self.region}:{self.account}:repository/{self.name}"


def ecr_repository(image: str) -> EcrRepository | None:
    """The repository of an image, where it is one of Amazon's registry."""
    found = _ECR.match(image)
    return EcrRepository(found["account"], found["region"], found["name"]) if found else None


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


class TaggedRelease(Settings):
    """A container image, by the tag of one version, whose digest is looked up at each deployment."""

    kind: Literal["tagged"]
    """Always `tagged`."""
    image: ImageTag
    """The image with the tag of a version. Whoever may push can move the tag: then the next deployment is another
    release."""

    def image_of(self, _: str) -> str:
        """The image of a service, which is that of all."""
        return self.image


class ImageBuild(Settings):
    """What one image is built from."""

    context: LocalPath
    """The folder that the image is built from, relative to the project's root; its `.dockerignore` holds."""
    dockerfile: LocalPath | None = None
    """The Dockerfile, relative to the project's root; none means the one in the context."""
    target: Stage | None = None
    """The stage of the Dockerfile that is the image; none means the last one."""
    digest: BuiltDigest | None = None
    """The digest of an image that was built before, as in sha256:5b0c…: it runs, and nothing is built until this is
    taken out; none means that the image is built."""

    def instructions(self) -> str:
        """The Dockerfile, relative to the project's root."""
        return self.dockerfile or f"{self.context}/Dockerfile"


class KeptImages(Settings):
    """What becomes of the images that a stack builds."""

    keep: Annotated[Whole, Field(ge=5, le=500)] = 30
    """How many images the registry keeps of each repository, the newest; older ones expire."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the images when their repository leaves the program: protect, retain or destroy."""


class BuildRelease(ImageBuild, KeptImages):
    """One container image, built and pushed by the deployment itself."""

    kind: Literal["build"]
    """Always `build`."""

    def by_service(self) -> dict[str, ImageBuild]:
        """The one build that is for all services, under an empty name."""
        return {"": self}


class BuildsRelease(KeptImages):
    """A container image for each service, built and pushed by the deployment itself."""

    kind: Literal["builds"]
    """Always `builds`."""
    builds: dict[str, ImageBuild]
    """What the images are built from, by the service's name."""

    def by_service(self) -> dict[str, ImageBuild]:
        """The builds by the service's name."""
        return self.builds


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


ContainerRelease = Annotated[
    ImageRelease | ImagesRelease | TaggedRelease | BuildRelease | BuildsRelease, Field(discriminator="kind")
]
Release = Annotated[ArchiveRelease | ImageRelease | GitRelease, Field(discriminator="kind")]
