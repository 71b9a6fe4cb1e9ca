"""Static folders of a single server behind CloudFront: which folders, whose, and who is told where they are."""

from __future__ import annotations

from config.variables import Source
from plan.model import Unknown
from stacks.environment import Places, sources
from tests.components.planning import inside
from tests.stacks.project import planned

STACK = "mentors-vps"
TYPES = ("aws:cloudfront/distribution:Distribution", "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")


def test_the_application_s_folders_are_fetched_from_its_own_host_for_its_own_pages() -> None:
    plan = planned(STACK).plan
    made = {each.type: each for each in plan.resources if each.name.startswith("mentors-static-")}
    distribution, headers = (made[type_] for type_ in TYPES)
    assert inside(distribution.inputs["origins"], 0, "domainName") == "www.mentors.example.com"
    assert inside(distribution.inputs["orderedCacheBehaviors"], 0, "pathPattern") == "/attached_assets/*"
    origins = inside(headers.inputs["corsConfig"], "accessControlAllowOrigins", "items")
    assert origins == ["https://www.mentors.example.com"]
    told = plan.outputs["static"]
    assert isinstance(told, Unknown)
    assert told.text == f"https://${{{distribution.urn}#domainName}}"


def test_a_service_is_told_what_stands_before_the_path_of_a_folder() -> None:
    places = Places(None, None, None, None, {}, static_url="https://d111111abcdef8.cloudfront.net")
    found = sources(places, lambda name: (_ for _ in ()).throw(AssertionError(name)))
    assert found[Source.STATIC_URL] == "https://d111111abcdef8.cloudfront.net"
