"""Where the images that a stack builds are kept, and beside it the cache that makes the next build short."""

import json
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.deletion import forgotten, kept
from config.values import Deletion

_CACHE = "cache"  # the one tag of the cache, which each build moves
_CACHE_DAYS = 1  # that what the tag has left is kept


class ImageRepositoryArgs(TypedDict):
    """What the repository is made from."""

    keep: int
    """How many images are kept, the newest; older ones expire."""
    deletion: Deletion
    """What becomes of the images when they leave the program."""


class ImageRepository(pulumi.ComponentResource):
    """Guarantees a private repository whose images nobody can change, each looked into when it is pushed.

    Images are pushed by digest, without a tag: what is built a second time from the same files may come out as another
    image, and then a tag that cannot be moved would refuse it. So all of them count as one kind, and the oldest expire.
    The cache of the builds has a repository of its own, which holds nothing that anybody would miss.
    """

    repository_url: pulumi.Output[str]
    """What the image's reference begins with, without a tag."""
    repository_arn: pulumi.Output[str]
    """The ARN of the repository, for the policy of whoever pulls images."""
    registry_id: pulumi.Output[str]
    """The account whose registry it is in, for whoever asks for a login."""
    cache_ref: pulumi.Output[str]
    """Where builds keep their cache, with its tag."""

    def __init__(self, name: str, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:ImageRepository", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        child = pulumi.ResourceOptions.merge(own, forgotten(args["deletion"]))
        repository = aws.ecr.Repository(
            f"{name}-repository",
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=_SCANNED,
            encryption_configurations=[_ENCRYPTED],
            force_delete=args["deletion"] == Deletion.DESTROY,
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(child, kept(args["deletion"])),
        )
        # A repository has one policy. To delete the former one after the new one is made would leave it without any.
        first = pulumi.ResourceOptions(delete_before_replace=True)
        aws.ecr.LifecyclePolicy(
            f"{name}-repository",
            repository=repository.name,
            policy=_newest(args),
            opts=pulumi.ResourceOptions.merge(child, first),
        )
        cache = aws.ecr.Repository(
            f"{name}-cache",
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=[
                aws.ecr.RepositoryImageTagMutabilityExclusionFilterArgs(filter=_CACHE, filter_type="WILDCARD")
            ],
            image_scanning_configuration=_SCANNED,
            encryption_configurations=[_ENCRYPTED],
            force_delete=True,
            tags={"Name": f"{name}-cache"},
            opts=own,
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-cache",
            repository=cache.name,
            policy=_without_tag(),
            opts=pulumi.ResourceOptions.merge(own, first),
        )
        self.repository_url = repository.repository_url
        self.repository_arn = repository.arn
        self.registry_id = repository.registry_id
        self.cache_ref = pulumi.Output.concat(cache.repository_url, ":", _CACHE)
        self.register_outputs(
            {
                "repositoryUrl": self.repository_url,
                "repositoryArn": self.repository_arn,
                "registryId": self.registry_id,
                "cacheRef": self.cache_ref,
            }
        )


_SCANNED = aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True)
_ENCRYPTED = aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="AES256")


def _newest(args: ImageRepositoryArgs) -> str:
    return _expiring(f"the {args['keep']} newest stay", "any", {"imageCountMoreThan": args["keep"]})


def _without_tag() -> str:
    return _expiring("what a newer cache replaced", "untagged", {"sinceImagePushed": _CACHE_DAYS})


def _expiring(description: str, tags: str, count: dict[str, int]) -> str:
    ((kind, number),) = count.items()
    selection = {"tagStatus": tags, "countType": kind, "countNumber": number}
    unit = {"countUnit": "days"} if kind == "sinceImagePushed" else {}
    rule = {"rulePriority": 1, "description": description, "selection": {**selection, **unit}}
    return json.dumps({"rules": [{**rule, "action": {"type": "expire"}}]})
