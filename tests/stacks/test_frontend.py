"""The frontend's files in AWS: what a stack makes of `topology.frontend`, and who is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from plan.graph import Graph
from plan.model import Unknown
from tests.components.planning import inside, target, the_part
from tests.stacks.forms import form
from tests.stacks.machines import known, parameters, template
from tests.stacks.project import answered, graph, write

CLOUDFRONT = {"kind": "cloudfront"}
ZONES = ["eu-west-1a", "eu-west-1b"]
ACM = "aws:acm/certificate:Certificate"
PROVIDER = "pulumi:providers:aws"
CDN = "aws:cloudfront/distribution:Distribution"
AT_CLOUDFLARE = {"kind": "cloudflare", "zone": "orders.example.com", "zone_id": "0123456789abcdef0123456789abcdef"}
EXISTING = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


def with_site(name: str, url: str | None = "", app: str = "orders", **changes: Any) -> Graph:
    """The plan of an application in staging with its frontend at CloudFront; an empty `url` leaves its own."""
    content = form(app, "staging", **{"frontend": CLOUDFRONT, **changes})
    if url != "":
        content["slipway:overrides"]["frontend"] = {"url": url}
    found = answered(write(f"{app}-{name}", content))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    return Graph(found.plan)


@pytest.fixture(scope="module")
def own() -> Graph:
    """At an address of its own, in the region in which CloudFront's certificates are."""
    return with_site("own")


@pytest.fixture(scope="module")
def made() -> Graph:
    """At the address that CloudFront gives."""
    return with_site("made", None, region="eu-west-1", zones=ZONES)


@pytest.fixture(scope="module")
def far() -> Graph:
    """At an address of its own in a zone at Cloudflare, in another region."""
    return with_site("far", region="eu-west-1", zones=ZONES, dns=AT_CLOUDFLARE)


def regions(found: Graph, kind: str) -> dict[str, object]:
    """The region of each resource's provider."""
    providers = {each.urn: each.inputs["region"] for each in found.of_type(PROVIDER)}
    return {each.name: providers[each.provider.rpartition("::")[0]] for each in found.of_type(kind)}


def test_without_the_setting_nothing_is_made() -> None:
    found = graph("orders-dev")
    assert not found.of_type("slipway:aws:StaticSite")
    assert not found.of_type("slipway:cloudflare:PagesSite")
    assert [name for name in found.plan.outputs if name.startswith("frontend")] == []


@pytest.mark.parametrize("stack", ["own", "far"])
def test_cloudfront_s_certificate_is_in_us_east_1_wherever_the_stack_is(
    stack: str, request: pytest.FixtureRequest
) -> None:
    found: Graph = request.getfixturevalue(stack)
    assert regions(found, ACM)["orders-site-certificate-certificate"] == "us-east-1"
    certificate = next(each for each in found.of_type(ACM) if each.name == "orders-site-certificate-certificate")
    assert certificate.inputs["domainName"] == "www.orders.example.com"
    cdn = the_part(found, "orders-site", "Distribution")
    assert target(inside(cdn.inputs["viewerCertificate"], "acmCertificateArn")).startswith("orders-site-certificate")
    assert cdn.inputs["aliases"] == ["www.orders.example.com"]


def test_a_second_provider_is_made_only_where_it_is_needed_and_is_as_careful(own: Graph, far: Graph) -> None:
    (_,) = own.of_type(PROVIDER)
    first, second = sorted(far.of_type(PROVIDER), key=lambda each: each.name)
    assert (first.name, second.name) == ("eu-west-1", "us-east-1")
    for key in ("allowedAccountIds", "defaultTags"):
        assert first.inputs[key] == second.inputs[key]
    assert {*regions(far, CDN).values(), *regions(far, "aws:s3/bucket:Bucket").values()} == {"eu-west-1"}
    assert set(regions(far, ACM).values()) == {"us-east-1", "eu-west-1"}  # the load balancer's stays in its region


def test_an_existing_certificate_is_used_and_none_is_made() -> None:
    found = with_site("existing", frontend={**CLOUDFRONT, "certificate_arn": EXISTING})
    cdn = the_part(found, "orders-site", "Distribution")
    assert inside(cdn.inputs["viewerCertificate"], "acmCertificateArn") == EXISTING
    assert [each for each in found.of_type(ACM) if "site" in each.name] == []


def test_the_name_leads_to_the_distribution_in_route_53_and_at_cloudflare(own: Graph, far: Graph) -> None:
    records = [each for each in own.of_type("aws:route53/record:Record") if each.name.startswith("orders-site-zone")]
    assert {each.inputs["type"] for each in records} == {"A", "AAAA"}
    assert {target(inside(each.inputs["aliases"], 0, "name")) for each in records} == {"orders-site-cdn"}
    (record,) = [each for each in far.of_type("cloudflare:index/dnsRecord:DnsRecord") if "site-zone" in each.name]
    assert target(record.inputs["content"]) == "orders-site-cdn"
    assert record.inputs["proxied"] is False


def test_services_are_told_the_address_that_they_have(own: Graph, made: Graph) -> None:
    assert known(own)["orders-api"]["FRONTEND_URL"] == "https://www.orders.example.com"
    assert known(own)["orders-api"]["CORS_ORIGINS"] == "https://www.orders.example.com"
    late = {name: template(value) for name, value in parameters(made, "api").items()}
    assert late["FRONTEND_URL"] == late["CORS_ORIGINS"] == "https://orders-site-cdn.domainName"
    assert {"FRONTEND_URL", "CORS_ORIGINS"} & known(made)["orders-api"].keys() == set()


def test_pages_may_call_the_services_of_their_stack_and_nobody_else(own: Graph) -> None:
    assert connect(own, "orders") == ["'self'", "https://app.orders.example.com"]


def test_pages_of_a_service_with_web_sockets_may_open_them() -> None:
    video = with_site(
        "sockets",
        "https://www.videochat.example.com",
        app="videochat",
        frontend={**CLOUDFRONT, "sources": {"script-src": ["https://js.stripe.com"]}},
    )
    assert connect(video, "videochat") == [
        "'self'",
        "https://app.videochat.example.com",
        "wss://app.videochat.example.com",
    ]
    assert directives(video, "videochat")["script-src"] == ["'self'", "https://js.stripe.com"]


def test_pages_show_uploads_and_send_them() -> None:
    content = form("orders", "staging", frontend=CLOUDFRONT)
    content["slipway:overrides"] |= {"data": {"uploads": {"kind": "bucket", "directory": "uploads"}}}
    derived = {"UPLOADS_BUCKET": "uploads.bucket", "UPLOADS_URL": "uploads.url"}
    content["slipway:overrides"]["services"]["api"]["derived"] = derived
    found = Graph(answered(write("orders-pictures", content)).plan)
    policy = directives(found, "orders")
    files = [each for each in policy["img-src"] if each.startswith("https://")]
    assert [each.rpartition("#")[2] for each in files] == ["domainName}"]
    assert "orders-uploads-cdn" in files[0]
    assert files[0] in policy["connect-src"]
    assert any(
        "orders-uploads-bucket" in each and each.endswith(".s3.us-east-1.amazonaws.com")
        for each in policy["connect-src"]
    )


def directives(found: Graph, app: str) -> dict[str, list[str]]:
    security = the_part(found, f"{app}-site", "ResponseHeadersPolicy").inputs["securityHeadersConfig"]
    policy = inside(security, "contentSecurityPolicy", "contentSecurityPolicy")
    text = policy.text if isinstance(policy, Unknown) else policy
    assert isinstance(text, str)
    return {rule.split()[0]: rule.split()[1:] for rule in text.split("; ")}


def connect(found: Graph, app: str) -> list[str]:
    return directives(found, app)["connect-src"]


def test_the_stack_tells_whoever_builds_and_releases_what_they_need(own: Graph, made: Graph) -> None:
    outputs = own.plan.outputs
    assert outputs["frontendUrl"] == "https://www.orders.example.com"
    assert outputs["frontendVariables"] == {"VITE_API_BASE_URL": "https://app.orders.example.com"}
    assert target(outputs["frontendBucket"]) == "orders-site-bucket"
    assert target(outputs["frontendDistribution"]) == "orders-site-cdn"
    assert template(made.plan.outputs["frontendUrl"]) == "https://orders-site-cdn.domainName"


def test_no_plan_has_a_file_of_the_frontend_in_it(own: Graph) -> None:
    objects = ("aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2")
    assert [each for kind in objects for each in own.of_type(kind)] == []


def test_choosing_it_changes_nothing_else() -> None:
    def resources(**chosen: Any) -> dict[str, object]:  # Any: a part of a stack file, which is any YAML
        plan = answered(write("orders-chosen", form("orders", "staging", **chosen))).plan
        return {each.urn: (each.inputs, each.dependencies, each.provider) for each in plan.resources}

    before, after = resources(), resources(frontend=CLOUDFRONT)
    assert {urn: after.get(urn) for urn in before} == before
    new = [urn.rpartition("::")[2] for urn in after.keys() - before.keys()]
    assert new
    assert [name for name in new if not name.startswith("orders-site")] == []
