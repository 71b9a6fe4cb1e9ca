"""What the place for uploaded files guarantees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

every_place = pytest.mark.parametrize("place", ["uploads", "uploads-retained", "uploads-gone"])


def statements(parts: Graph, place: str) -> list[dict[str, Any]]:  # Any: a document of IAM
    policy = the_part(parts, place, "BucketPolicy").inputs["policy"]
    assert isinstance(policy, Unknown)
    found: list[dict[str, Any]] = json.loads(policy.text)["Statement"]
    return found


@every_place
def test_nothing_can_make_the_files_public(parts: Graph, place: str) -> None:
    closed = the_part(parts, place, "BucketPublicAccessBlock")
    doors = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [closed.inputs[door] for door in doors] == [True] * 4
    owner = the_part(parts, place, "BucketOwnershipControls")
    assert inside(owner.inputs, "rule", "objectOwnership") == "BucketOwnerEnforced"


@every_place
def test_every_guard_is_on_the_bucket_itself(parts: Graph, place: str) -> None:
    kinds = (
        "BucketPublicAccessBlock",
        "BucketOwnershipControls",
        "BucketServerSideEncryptionConfiguration",
        "BucketVersioning",
        "BucketLifecycleConfiguration",
        "BucketPolicy",
    )
    assert {target(the_part(parts, place, kind).inputs["bucket"]) for kind in kinds} == {f"{place}-bucket"}


@every_place
def test_nobody_comes_in_without_tls(parts: Graph, place: str) -> None:
    (denied,) = [found for found in statements(parts, place) if found["Effect"] == "Deny"]
    bucket = the_part(parts, place, "Bucket")
    assert (denied["Principal"], denied["Action"]) == ("*", "s3:*")
    assert denied["Resource"] == [f"${{{bucket.urn}#arn}}", f"${{{bucket.urn}#arn}}/*"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@every_place
def test_only_this_distribution_is_let_in_and_only_to_read(parts: Graph, place: str) -> None:
    (allowed,) = [found for found in statements(parts, place) if found["Effect"] == "Allow"]
    distribution = the_part(parts, place, "Distribution")
    bucket = the_part(parts, place, "Bucket")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Resource"] == f"${{{bucket.urn}#arn}}/*"
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceArn": f"${{{distribution.urn}#arn}}"}}


@every_place
def test_what_is_asked_of_the_bucket_is_signed(parts: Graph, place: str) -> None:
    access = the_part(parts, place, "OriginAccessControl")
    assert (access.inputs["signingBehavior"], access.inputs["signingProtocol"]) == ("always", "sigv4")
    origins = the_part(parts, place, "Distribution").inputs["origins"]
    assert isinstance(origins, list)
    assert [target(inside(origin, "originAccessControlId")) for origin in origins] == [access.name]
    assert [target(inside(origin, "domainName")) for origin in origins] == [f"{place}-bucket"]


@every_place
def test_browsers_read_over_https_and_write_nothing(parts: Graph, place: str) -> None:
    behaviour = the_part(parts, place, "Distribution").inputs["defaultCacheBehavior"]
    assert inside(behaviour, "viewerProtocolPolicy") == "https-only"
    assert inside(behaviour, "allowedMethods") == ["GET", "HEAD"]
    assert "orderedCacheBehaviors" not in the_part(parts, place, "Distribution").inputs


@every_place
def test_a_file_is_never_a_page_that_runs_a_script(parts: Graph, place: str) -> None:
    headers = the_part(parts, place, "ResponseHeadersPolicy")
    security = headers.inputs["securityHeadersConfig"]
    policy = inside(security, "contentSecurityPolicy", "contentSecurityPolicy")
    assert isinstance(policy, str)
    rules = {rule.strip() for rule in policy.split(";")}
    assert {"default-src 'none'", "sandbox"} <= rules
    assert [rule for rule in rules if rule.startswith("script-src") or "allow-" in rule] == []
    assert inside(security, "contentSecurityPolicy", "override") is True
    assert inside(security, "contentTypeOptions", "override") is True  # nosniff
    behaviour = the_part(parts, place, "Distribution").inputs["defaultCacheBehavior"]
    assert target(inside(behaviour, "responseHeadersPolicyId")) == headers.name


def test_scripts_of_the_named_origins_read_and_send_and_those_of_others_do_not(parts: Graph) -> None:
    reading = the_part(parts, "uploads", "ResponseHeadersPolicy").inputs["corsConfig"]
    assert inside(reading, "accessControlAllowOrigins", "items") == ["https://app.example.com"]
    assert inside(reading, "accessControlAllowCredentials") is False
    sending = the_part(parts, "uploads", "BucketCorsConfiguration").inputs["corsRules"]
    assert isinstance(sending, list)
    assert [inside(rule, "allowedOrigins") for rule in sending] == [["https://app.example.com"]]


def test_without_origins_no_script_is_let_in(parts: Graph) -> None:
    assert part_of(parts, "uploads-retained", "BucketCorsConfiguration") == []
    assert "corsConfig" not in the_part(parts, "uploads-retained", "ResponseHeadersPolicy").inputs


@every_place
def test_a_deleted_file_can_be_had_back_and_does_not_stay_for_ever(parts: Graph, place: str) -> None:
    versions = the_part(parts, place, "BucketVersioning")
    assert inside(versions.inputs, "versioningConfiguration", "status") == "Enabled"
    rules = the_part(parts, place, "BucketLifecycleConfiguration").inputs["rules"]
    assert inside(rules, 0, "noncurrentVersionExpiration", "noncurrentDays") == 30
    assert inside(rules, 0, "expiration") == {"expiredObjectDeleteMarker": True}  # no file goes by itself
    assert inside(rules, 1, "abortIncompleteMultipartUpload", "daysAfterInitiation") == 7


@every_place
def test_files_are_encrypted_on_disk(parts: Graph, place: str) -> None:
    rules = the_part(parts, place, "BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert inside(rules, 0, "applyServerSideEncryptionByDefault", "sseAlgorithm") == "AES256"


def test_deletion_protects_the_files_keeps_them_or_lets_them_go(parts: Graph) -> None:
    def options(place: str) -> tuple[bool, bool]:
        bucket = the_part(parts, place, "Bucket")
        return bucket.protect, bucket.options.retain_on_delete

    assert options("uploads") == (True, False)
    assert options("uploads-retained") == (False, True)
    assert options("uploads-gone") == (False, False)


def test_only_a_place_that_may_go_goes_with_files_in_it(parts: Graph) -> None:
    assert the_part(parts, "uploads", "Bucket").inputs["forceDestroy"] is False
    assert the_part(parts, "uploads-retained", "Bucket").inputs["forceDestroy"] is False  # though objects may go
    assert the_part(parts, "uploads-gone", "Bucket").inputs["forceDestroy"] is True
    assert the_part(parts, "guarded-uploads", "Bucket").inputs["forceDestroy"] is False


def test_what_retained_files_stand_on_is_retained_with_them(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Uploads") if found.name == "uploads-retained"]
    assert [child.name for child in parts.children(owner.urn) if not child.options.retain_on_delete] == []


def test_the_address_is_the_distribution_s_and_https(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Uploads") if found.name == "uploads"]
    url = owner.outputs["url"]
    assert isinstance(url, Unknown)
    assert url.text == f"https://${{{the_part(parts, 'uploads', 'Distribution').urn}#domainName}}"
