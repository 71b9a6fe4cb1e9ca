"""Settings of buckets, each a resource of its own: what S3 refuses of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import document_of, listed, statements_of
from slipway.simulated.checks.relations import IF_IN_ACCOUNT
from slipway.simulated.differences import values_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
_VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
_INLINE = ("versioning.enabled", "versionings.enabled")  # in the bucket itself, as older programs write it
_ENFORCED = "BucketOwnerEnforced"  # what a bucket begins with
_ACTIONS = (
    "expiration",
    "transitions",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "abortIncompleteMultipartUpload",
)
_FEWEST_DAYS = 30  # before a file may go where it is read seldom
_SELDOM = ("ONEZONE_IA", "STANDARD_IA")
_EVENTS = {
    "s3:IntelligentTiering": (),
    "s3:LifecycleExpiration": ("*", "Delete", "DeleteMarkerCreated"),
    "s3:LifecycleTransition": (),
    "s3:ObjectAcl": ("Put",),
    "s3:ObjectCreated": ("*", "CompleteMultipartUpload", "Copy", "Post", "Put"),
    "s3:ObjectRemoved": ("*", "Delete", "DeleteMarkerCreated"),
    "s3:ObjectRestore": ("*", "Completed", "Delete", "Post"),
    "s3:ObjectTagging": ("*", "Delete", "Put"),
    "s3:ReducedRedundancyLostObject": (),
    "s3:Replication": (
        *("*", "OperationFailedReplication", "OperationMissedThreshold", "OperationNotTracked"),
        "OperationReplicatedAfterThreshold",
    ),
}
_FUNCTION, _ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
_PRINCIPAL = "s3.amazonaws.com"
# Who may be told: the input, the name in it, where such a thing is, and where its policies are.
_TOLD = (
    ("topics", "topicArn", "aws:sns/topic:Topic", (("aws:sns/topicPolicy:TopicPolicy", "arn"),)),
    ("queues", "queueArn", "aws:sqs/queue:Queue", (("aws:sqs/queuePolicy:QueuePolicy", "queueUrl"),)),
    ("lambdaFunctions", "lambdaFunctionArn", _FUNCTION, ()),
)
_PERMISSION = "aws:lambda/permission:Permission"


def check_lifecycle(asked: Asked, _cloud: Cloud) -> None:
    """Each rule has a name of its own and does something, in an order that there is."""
    rules = asked.inputs.get("rules") or ()
    names = [rule.get("id") for rule in rules]
    if len(set(names)) < len(names):
        raise ApiError("InvalidArgument: Rule ID must be unique. Found same ID for more than one rule")
    for rule in rules:
        if not any(rule.get(action) for action in _ACTIONS):
            raise ApiError("InvalidRequest: At least one action needs to be specified in a rule")
        _check_order(rule)


def check_encryption(asked: Asked, _cloud: Cloud) -> None:
    """A key goes with encryption by keys."""
    for rule in asked.inputs.get("rules") or ():
        usual = rule.get("applyServerSideEncryptionByDefault") or {}
        if usual.get("kmsMasterKeyId") and not str(usual.get("sseAlgorithm")).startswith("aws:kms"):
            raise ApiError(
                "InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
                "aws:kms:dsse"
            )


def check_acl(asked: Asked, cloud: Cloud) -> None:
    """A bucket whose files are all its owner's has no list of who may do what."""
    bucket = asked.text("bucket")
    controls = cloud.naming(_OWNERSHIP, "bucket", bucket)
    owners = [(held.inputs.get("rule") or {}).get("objectOwnership") for held in controls]
    if _here(bucket, cloud) and (not owners or _ENFORCED in owners):
        raise ApiError("AccessControlListNotSupported: The bucket does not allow ACLs")


def check_cors(asked: Asked, _cloud: Cloud) -> None:
    """A pattern of origins has one place that is open."""
    for rule in asked.inputs.get("corsRules") or ():
        for name, words in (("allowedOrigins", "AllowedOrigin"), ("allowedHeaders", "AllowedHeader")):
            for value in rule.get(name) or ():
                if str(value).count("*") > 1:
                    raise ApiError(f'InvalidRequest: {words} "{value}" can not have more than one wildcard.')


def check_website(asked: Asked, _cloud: Cloud) -> None:
    """The page of a folder is a file in it."""
    suffix = (asked.inputs.get("indexDocument") or {}).get("suffix")
    if suffix is not None and (not suffix or "/" in suffix):
        raise ApiError("InvalidArgument: The IndexDocument Suffix is not well formed")


def check_replication(asked: Asked, cloud: Cloud) -> None:
    """Both buckets keep versions."""
    if not _keeps_versions(asked.text("bucket"), cloud):
        raise ApiError(
            "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        )
    for rule in asked.inputs.get("rules") or ():
        there = str((rule.get("destination") or {}).get("bucket") or "").rpartition(":")[2]
        if not _keeps_versions(there, cloud):
            raise ApiError("InvalidRequest: Destination bucket must have versioning enabled.")


def check_lock(asked: Asked, cloud: Cloud) -> None:
    """What is locked are versions."""
    bucket = asked.text("bucket")
    if not _keeps_versions(bucket, cloud):
        raise ApiError(
            "InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        )


def check_notification(asked: Asked, cloud: Cloud) -> None:
    """What is told is an event, and whoever is told can be told."""
    for name, path, token, policies in _TOLD:
        for each in asked.inputs.get(name) or ():
            for event in each.get("events") or ():
                kind, _, detail = str(event).rpartition(":") if str(event).count(":") > 1 else (str(event), "", "")
                if detail not in (_EVENTS.get(kind) or ("",)) or kind not in _EVENTS:
                    raise ApiError(f"InvalidArgument: The event '{event}' is not supported for notifications")
            arn = str(each.get(path))
            if not _may_tell(arn, token, policies, cloud):
                raise ApiError(
                    f"InvalidArgument: Unable to validate the following destination configurations: {arn}, which has "
                    f"to be there and to allow {_PRINCIPAL} {IF_IN_ACCOUNT}"
                )


def _may_tell(arn: str, token: str, policies: tuple[tuple[str, str], ...], cloud: Cloud) -> bool:
    held = cloud.naming(token, "arn", arn)
    if token.startswith("aws:lambda"):
        return _may_call(arn, cloud)
    if not held:
        return cloud.told_of(arn)
    thing = held[0]
    found = [thing.inputs.get("policy")]
    for kind, path in policies:
        names = {arn, thing.id, str(thing.properties.get("url"))}
        found += [each.inputs.get("policy") for name in names for each in cloud.naming(kind, path, name)]
    return any(_lets_tell(statement) for policy in found for statement in statements_of(document_of(policy)))


def _may_call(arn: str, cloud: Cloud) -> bool:
    """Whether S3 may call a function, or one version or alias of it, to which a permission has to be given by itself.

    The ARN of a version or an alias is the function's, and the qualifier after a colon.
    """
    name, _, qualifier = arn.rpartition(":function:")[2].partition(":")
    functions = cloud.naming(_FUNCTION, "name", name)
    if not functions:
        return cloud.told_of(arn) or cloud.told_of(arn.removesuffix(f":{qualifier}"))
    names = {name, str(functions[0].properties.get("arn"))}
    if qualifier and not qualifier.isdigit():  # which versions there are is not known here
        aliases = cloud.naming(_ALIAS, "name", qualifier)
        if not any(each.inputs.get("functionName") in names for each in aliases) and not cloud.told_of(arn):
            return False
    allowed = (each for one in names for each in cloud.naming(_PERMISSION, "function", one))
    wanted = [each for each in allowed if str(each.inputs.get("qualifier") or "") == qualifier]
    if qualifier:
        wanted += [each for one in names for each in cloud.naming(_PERMISSION, "function", f"{one}:{qualifier}")]
    return any(each.inputs.get("principal") == _PRINCIPAL for each in wanted)


def _lets_tell(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    people = [*listed(principal.get("Service")), *listed(principal.get("AWS"))] if isinstance(principal, dict) else []
    return statement.get("Effect") == "Allow" and (principal == "*" or bool({"*", _PRINCIPAL} & set(people)))


def _check_order(rule: Mapping[str, Any]) -> None:
    for name, days, words in (
        ("transitions", "days", "'Days' in Transition action"),
        ("noncurrentVersionTransitions", "noncurrentDays", "'NoncurrentDays' in NoncurrentVersionTransition action"),
    ):
        for move in rule.get(name) or ():
            where, when = str(move.get("storageClass")), move.get(days)
            if where in _SELDOM and when is not None and int(when) < _FEWEST_DAYS:
                raise ApiError(
                    f"InvalidArgument: {words} must be greater than or equal to {_FEWEST_DAYS} for storageClass "
                    f"'{where}'"
                )
    end = (rule.get("expiration") or {}).get("days")
    for move in rule.get("transitions") or ():
        if end and move.get("days") is not None and int(end) <= int(move["days"]):
            prefix = (rule.get("filter") or {}).get("prefix") or ""
            raise ApiError(
                f"InvalidArgument: 'Days' in the Expiration action for filter '(prefix={prefix})' must be greater than "
                "'Days' in the Transition action"
            )


def _keeps_versions(bucket: str, cloud: Cloud) -> bool:
    """Whether a bucket keeps versions; one that is not in this cloud may."""
    if not _here(bucket, cloud):
        return True
    states = [
        (held.inputs.get("versioningConfiguration") or {}).get("status")
        for kind in _VERSIONING
        for held in cloud.naming(kind, "bucket", bucket)
    ]
    own = (held for kind in _BUCKETS for held in cloud.naming(kind, "bucket", bucket))
    return "Enabled" in states or any(
        held.inputs.get("objectLockEnabled") or any(each is True for each in values_at(held.inputs, path))
        for held in own
        for path in _INLINE
    )


def _here(bucket: str, cloud: Cloud) -> bool:
    return any(cloud.naming(kind, "bucket", bucket) for kind in _BUCKETS)
