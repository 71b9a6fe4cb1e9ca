"""What a frontend of static files guarantees."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import components.aws
from components.page_policy import CLOSED, policy_words
from plan.model import Unknown
from tests.components.planning import inside, target, the_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.graph import Graph
    from plan.model import Value

PAGES = Path(components.aws.__path__[0]) / "edge" / "pages.js"
every_site = pytest.mark.parametrize("site", ["site", "site-retained", "site-gone"])


def distribution(parts: Graph, site: str) -> dict[str, Value]:
    return dict(the_part(parts, site, "Distribution").inputs)


def behaviours(parts: Graph, site: str) -> dict[str, Value]:
    """How paths are answered: those of pages under an empty pattern."""
    found = distribution(parts, site)
    ordered = found["orderedCacheBehaviors"]
    assert isinstance(ordered, list)
    return {"": found["defaultCacheBehavior"], **{str(inside(each, "pathPattern")): each for each in ordered}}


def allowed(parts: Graph, site: str) -> list[dict[str, Any]]:  # Any: a document of IAM
    policy = the_part(parts, site, "BucketPolicy").inputs["policy"]
    assert isinstance(policy, Unknown)
    return [found for found in json.loads(policy.text)["Statement"] if found["Effect"] == "Allow"]


def directives(parts: Graph, site: str) -> dict[str, list[str]]:
    security = the_part(parts, site, "ResponseHeadersPolicy").inputs["securityHeadersConfig"]
    policy = inside(security, "contentSecurityPolicy", "contentSecurityPolicy")
    text = policy.text if isinstance(policy, Unknown) else policy
    assert isinstance(text, str)
    return {rule.split()[0]: rule.split()[1:] for rule in text.split("; ")}


# -- who reads


@every_site
def test_only_this_distribution_is_let_in_and_only_to_read(parts: Graph, site: str) -> None:
    bucket, cdn = the_part(parts, site, "Bucket"), the_part(parts, site, "Distribution")
    assert {each["Action"]: each["Resource"] for each in allowed(parts, site)} == {
        "s3:GetObject": f"${{{bucket.urn}#arn}}/*",
        "s3:ListBucket": f"${{{bucket.urn}#arn}}",
    }
    for each in allowed(parts, site):
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert each["Condition"] == {"StringEquals": {"aws:SourceArn": f"${{{cdn.urn}#arn}}"}}


@every_site
def test_the_bucket_is_private_and_what_is_asked_of_it_is_signed(parts: Graph, site: str) -> None:
    closed = the_part(parts, site, "BucketPublicAccessBlock")
    doors = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [closed.inputs[door] for door in doors] == [True] * 4
    access = the_part(parts, site, "OriginAccessControl")
    assert (access.inputs["signingBehavior"], access.inputs["signingProtocol"]) == ("always", "sigv4")
    (origin,) = [inside(distribution(parts, site)["origins"], 0)]
    assert target(inside(origin, "originAccessControlId")) == access.name


@every_site
def test_nobody_lists_the_bucket_by_asking_for_its_root(parts: Graph, site: str) -> None:
    # The distribution may list it, so that a missing file is 404: what is asked there must always be a file.
    assert distribution(parts, site)["defaultRootObject"] == "index.html"
    assert [pattern for pattern in behaviours(parts, site) if pattern not in ("", "/assets/*")] == []
    policy = the_part(parts, site, "CachePolicy").inputs["parametersInCacheKeyAndForwardedToOrigin"]
    assert inside(policy, "queryStringsConfig", "queryStringBehavior") == "none"


# -- what is answered


@every_site
def test_browsers_read_over_https_and_write_nothing(parts: Graph, site: str) -> None:
    for behaviour in behaviours(parts, site).values():
        assert inside(behaviour, "viewerProtocolPolicy") == "redirect-to-https"
        assert inside(behaviour, "allowedMethods") == ["GET", "HEAD"]
    found = distribution(parts, site)
    assert (found["httpVersion"], found["isIpv6Enabled"]) == ("http2and3", True)


@every_site
def test_a_page_stands_in_for_no_error_and_for_no_hashed_file(parts: Graph, site: str) -> None:
    assert "customErrorResponses" not in distribution(parts, site)
    found = behaviours(parts, site)
    associations = inside(found[""], "functionAssociations")
    assert inside(associations, 0, "eventType") == "viewer-request"
    assert target(inside(associations, 0, "functionArn")) == f"{site}-pages"
    assets = found["/assets/*"]
    assert isinstance(assets, dict)
    assert "functionAssociations" not in assets


@pytest.fixture(scope="session")
def rewritten(require_program: Callable[[str], Path]) -> Callable[[str], str]:
    """Return a function: the path that CloudFront's function makes of a path."""
    node = str(require_program("node"))

    def run(path: str) -> str:
        call = f"console.log(handler({{request: {{method: 'GET', uri: {json.dumps(path)}}}}}).uri)"
        code = f"{PAGES.read_text()}\n{call}"
        done = subprocess.run([node, "-e", code], capture_output=True, check=True, text=True, timeout=30)
        return done.stdout.strip()

    return run


@pytest.mark.parametrize(
    "path", ["/", "/orders", "/orders/17", "/orders/", "/v1.2/orders", "//", "/a/b/c?", "/a/.well-known/b"]
)
def test_an_address_of_the_application_is_answered_with_its_page(rewritten: Callable[[str], str], path: str) -> None:
    assert rewritten(path) == "/index.html"


@pytest.mark.parametrize("path", ["/index.html", "/favicon.ico", "/old/main-0a1b2c.js", "/.well-known/security.txt"])
def test_an_address_of_a_file_is_left_as_it_is(rewritten: Callable[[str], str], path: str) -> None:
    assert rewritten(path) == path


@pytest.mark.parametrize("name", ["apple-app-site-association", "change-password", "acme-challenge/a1", "", "a/"])
def test_nobody_who_looks_for_a_well_known_file_gets_a_page(rewritten: Callable[[str], str], name: str) -> None:
    assert rewritten(f"/.well-known/{name}") == f"/.well-known/{name}"


@every_site
def test_hashed_files_stay_as_long_as_they_say_and_others_only_if_they_say_so(parts: Graph, site: str) -> None:
    found = behaviours(parts, site)
    assert inside(found["/assets/*"], "cachePolicyId") == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    asking = the_part(parts, site, "CachePolicy")
    assert target(inside(found[""], "cachePolicyId")) == asking.name
    assert [asking.inputs[key] for key in ("minTtl", "defaultTtl")] == [0, 0]


# -- the headers


@every_site
def test_every_answer_has_the_security_headers(parts: Graph, site: str) -> None:
    headers = the_part(parts, site, "ResponseHeadersPolicy")
    security = headers.inputs["securityHeadersConfig"]
    assert inside(security, "strictTransportSecurity") == {"accessControlMaxAgeSec": 365 * 86_400, "override": True}
    assert inside(security, "contentTypeOptions") == {"override": True}
    assert inside(security, "frameOptions") == {"frameOption": "DENY", "override": True}
    assert inside(security, "referrerPolicy", "referrerPolicy") == "strict-origin-when-cross-origin"
    assert inside(security, "contentSecurityPolicy", "override") is True
    assert isinstance(security, dict)
    assert "xssProtection" not in security
    for behaviour in behaviours(parts, site).values():
        assert target(inside(behaviour, "responseHeadersPolicyId")) == headers.name


def test_pages_call_the_backend_and_load_what_is_named_and_nothing_else(parts: Graph) -> None:
    found = directives(parts, "site")
    assert found["connect-src"] == ["'self'", "https://api.shop.example", "wss://api.shop.example"]
    assert found["script-src"] == ["'self'", "https://js.stripe.com"]
    assert found["default-src"] == ["'self'"]
    assert found["frame-ancestors"] == found["object-src"] == ["'none'"]
    assert directives(parts, "site-gone")["connect-src"] == ["'self'"]
    (files,) = directives(parts, "site-retained")["img-src"][2:]
    assert files.startswith("https://$")


@every_site
def test_no_page_runs_a_script_that_stands_in_it(parts: Graph, site: str) -> None:
    sources = directives(parts, site)
    wide = {"*", "https:", "http:", "'unsafe-inline'", "'unsafe-eval'"}
    assert [name for name, of in sources.items() if wide & set(of)] == []
    assert "data:" not in sources["script-src"]


@pytest.mark.parametrize("directive", [*sorted(CLOSED), "report-uri"])
def test_nothing_is_added_to_a_directive_that_keeps_others_out(directive: str) -> None:
    with pytest.raises(ValueError, match=f"sources: {directive}: nothing can be added to it; write one of connect-src"):
        policy_words({directive: ["https://evil.example"]})


# -- the address


def test_an_address_of_its_own_takes_tls_1_2_and_later_only(parts: Graph) -> None:
    found = distribution(parts, "site")
    assert found["aliases"] == ["www.shop.example"]
    certificate = found["viewerCertificate"]
    assert inside(certificate, "minimumProtocolVersion") == "TLSv1.2_2021"
    assert inside(certificate, "sslSupportMethod") == "sni-only"
    assert str(inside(certificate, "acmCertificateArn")).startswith("arn:aws:acm:us-east-1:")


def test_without_one_it_has_cloudfront_s(parts: Graph) -> None:
    found = distribution(parts, "site-gone")
    assert "aliases" not in found
    assert found["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}


def test_the_address_is_the_one_that_browsers_ask_for(parts: Graph) -> None:
    outputs = {each.name: each.outputs for each in parts.of_type("slipway:aws:StaticSite")}
    assert outputs["site"]["url"] == "https://www.shop.example"
    url = outputs["site-gone"]["url"]
    assert isinstance(url, Unknown)
    assert url.text == f"https://${{{the_part(parts, 'site-gone', 'Distribution').urn}#domainName}}"


# -- deletion


def test_deletion_protects_the_files_keeps_them_or_lets_them_go(parts: Graph) -> None:
    def options(site: str) -> tuple[bool, bool, Value]:
        bucket = the_part(parts, site, "Bucket")
        return bucket.protect, bucket.options.retain_on_delete, bucket.inputs["forceDestroy"]

    assert options("site") == (True, False, False)
    assert options("site-retained") == (False, True, False)
    assert options("site-gone") == (False, False, True)
    assert the_part(parts, "guarded-site", "Bucket").inputs["forceDestroy"] is False
