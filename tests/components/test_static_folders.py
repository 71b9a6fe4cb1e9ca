"""What CloudFront shows of a server's static folders, and what it never does."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import components.aws
from tests.components.planning import inside, target, the_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.graph import Graph
    from plan.model import Value

ELSEWHERE = Path(components.aws.__path__[0]) / "edge" / "elsewhere.js"


def distribution(parts: Graph) -> dict[str, Value]:
    return dict(the_part(parts, "static", "Distribution").inputs)


def behaviours(parts: Graph) -> list[Value]:
    found = distribution(parts)
    ordered = found["orderedCacheBehaviors"]
    assert isinstance(ordered, list)
    return [found["defaultCacheBehavior"], *ordered]


def test_each_folder_is_shown_and_kept_as_long_as_the_server_says(parts: Graph) -> None:
    shown = behaviours(parts)[1:]
    assert [inside(each, "pathPattern") for each in shown] == ["/images/*", "/fonts/*"]
    optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    for each in behaviours(parts):
        assert inside(each, "cachePolicyId") == optimized  # by the path alone: no cookie reaches the server
        assert inside(each, "allowedMethods") == ["GET", "HEAD"]
        assert inside(each, "viewerProtocolPolicy") == "https-only"
        assert isinstance(each, dict)
        assert "originRequestPolicyId" not in each
        assert "forwardedValues" not in each


def test_nothing_else_of_the_server_is_shown(parts: Graph, require_program: Callable[[str], Path]) -> None:
    default, *shown = behaviours(parts)
    (association,) = [inside(default, "functionAssociations", 0)]
    assert inside(association, "eventType") == "viewer-request"
    assert target(inside(association, "functionArn")) == "static-elsewhere"
    assert all(isinstance(each, dict) and "functionAssociations" not in each for each in shown)
    call = "console.log(handler({request: {method: 'GET', uri: '/api/me'}}).statusCode)"
    command = [str(require_program("node")), "-e", f"{ELSEWHERE.read_text()}\n{call}"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=30)
    assert done.stdout.strip() == "404"


def test_files_are_fetched_from_the_server_by_https_under_its_own_name(parts: Graph) -> None:
    origin = inside(distribution(parts)["origins"], 0)
    assert inside(origin, "domainName") == "www.example.com"
    assert inside(origin, "customOriginConfig", "originProtocolPolicy") == "https-only"
    assert inside(origin, "customOriginConfig", "originSslProtocols") == ["TLSv1.2"]
    assert {inside(each, "targetOriginId") for each in behaviours(parts)} == {inside(origin, "originId")}


def test_that_a_file_is_missing_is_not_kept(parts: Graph) -> None:
    found = distribution(parts)["customErrorResponses"]
    assert isinstance(found, list)
    assert {inside(each, "errorCode"): inside(each, "errorCachingMinTtl") for each in found} == dict.fromkeys(
        (404, 500, 502, 503, 504), 0
    )
    assert all(isinstance(each, dict) and "responsePagePath" not in each for each in found)


def test_pages_of_the_application_may_use_fonts_and_modules_and_nobody_else(parts: Graph) -> None:
    cors = the_part(parts, "static", "ResponseHeadersPolicy").inputs["corsConfig"]
    assert inside(cors, "accessControlAllowOrigins", "items") == ["https://www.example.com"]
    assert inside(cors, "accessControlAllowCredentials") is False
    for each in behaviours(parts)[1:]:
        assert target(inside(each, "responseHeadersPolicyId")) == "static-headers"
