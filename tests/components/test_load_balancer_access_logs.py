"""What the log of every request guarantees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.aws.access_logs import logs_policy
from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

BUCKET, ACCOUNT = "arn:aws:s3:::logs", "123456789012"
both = pytest.mark.parametrize("balancer", ["lb", "lb-sockets"])


@both
def test_every_request_is_logged_in_a_bucket_of_the_load_balancer_s_own(parts: Graph, balancer: str) -> None:
    logs = the_part(parts, balancer, "LoadBalancer").inputs["accessLogs"]
    assert inside(logs, "enabled") is True
    assert target(inside(logs, "bucket")) == the_part(parts, balancer, "Bucket").name == f"{balancer}-access-logs"


def test_a_load_balancer_without_a_log_switches_it_off(parts: Graph) -> None:
    assert the_part(parts, "lb-plain", "LoadBalancer").inputs["accessLogs"] == {"bucket": "", "enabled": False}
    assert part_of(parts, "lb-plain", "Bucket") == []


@both
def test_the_load_balancer_waits_until_it_may_write(parts: Graph, balancer: str) -> None:
    # AWS tries to write as soon as logs are switched on, and fails the deployment where it may not.
    policy = the_part(parts, balancer, "BucketPolicy")
    assert policy.urn in the_part(parts, balancer, "LoadBalancer").dependencies


@both
def test_the_logs_are_private_and_encrypted(parts: Graph, balancer: str) -> None:
    name = f"{balancer}-access-logs"
    block = the_part(parts, balancer, "BucketPublicAccessBlock")
    kinds = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [kind for kind in kinds if block.inputs[kind] is not True] == []
    ownership = the_part(parts, balancer, "BucketOwnershipControls")
    assert ownership.inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    encryption = the_part(parts, balancer, "BucketServerSideEncryptionConfiguration")
    # Load balancers write no log to a bucket with a key of KMS.
    assert encryption.inputs["rules"] == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    about = (block, ownership, encryption, the_part(parts, balancer, "BucketPolicy"))
    assert {target(each.inputs["bucket"]) for each in about} == {name}


@pytest.mark.parametrize(("balancer", "days"), [("lb", 90), ("lb-sockets", 7)])
def test_a_log_expires(parts: Graph, balancer: str, days: int) -> None:
    rule = the_part(parts, balancer, "BucketLifecycleConfiguration").inputs["rules"]
    assert inside(rule, 0, "status") == "Enabled"
    assert inside(rule, 0, "filter") == {"prefix": ""}
    assert inside(rule, 0, "expiration") == {"days": days}
    assert inside(rule, 0, "noncurrentVersionExpiration") == {"noncurrentDays": 7}
    assert inside(rule, 0, "abortIncompleteMultipartUpload") == {"daysAfterInitiation": 1}


@both
def test_a_log_that_is_overwritten_can_still_be_had(parts: Graph, balancer: str) -> None:
    versioning = the_part(parts, balancer, "BucketVersioning")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}


@pytest.mark.parametrize(("balancer", "destroy"), [("lb", False), ("lb-sockets", True)])
def test_logs_go_with_the_stack_only_when_that_is_wanted(parts: Graph, balancer: str, *, destroy: bool) -> None:
    assert the_part(parts, balancer, "Bucket").inputs["forceDestroy"] is destroy


def test_nobody_but_the_delivery_of_logs_may_do_anything_and_only_add_those_of_the_account() -> None:
    allowed = [each for each in statements() if each["Effect"] == "Allow"]
    assert allowed == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{BUCKET}/AWSLogs/{ACCOUNT}/*",
        }
    ]


def test_nothing_is_done_without_tls() -> None:
    (denied,) = [each for each in statements() if each["Effect"] == "Deny"]
    assert denied["Principal"] == "*"
    assert denied["Action"] == "s3:*"
    assert denied["Resource"] == [BUCKET, f"{BUCKET}/*"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@both
def test_the_account_of_the_policy_is_told_by_what_it_owns(parts: Graph, balancer: str) -> None:
    policy = the_part(parts, balancer, "BucketPolicy").inputs["policy"]
    assert isinstance(policy, Unknown)
    told = {(reference.urn.rpartition("::")[2], reference.property) for reference in policy.references}
    assert told == {(f"{balancer}-access-logs", "arn"), (f"{balancer}-sg", "ownerId")}


def statements() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(logs_policy(BUCKET, ACCOUNT))["Statement"]
    return found
