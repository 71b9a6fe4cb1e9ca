"""What a Worker guarantees whose releases are versions: which of them answers, and that none is made in vain."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from plan.model import Secret, Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

GRADUAL, DONE, TRIAL = (f"edge-application-{name}" for name in ("gradual", "gradual-done", "trial"))
VERSION, DEPLOYMENT = "WorkerVersion", "WorkersDeployment"
SUM, OTHER = "5b0c5a1f6c1f", "abababababab"


def shares(parts: Graph, name: str) -> dict[str, object]:
    """How many of 100 requests each version gets."""
    told = the_part(parts, name, DEPLOYMENT).inputs["versions"]
    assert isinstance(told, list)
    found: dict[str, object] = {}
    for each in told:
        version = inside(each, "versionId")
        assert isinstance(version, Unknown)
        found[target(version).removeprefix(f"{name}-version-")] = inside(each, "percentage")
    return found


def versions(parts: Graph, name: str) -> dict[str, Resource]:
    found = part_of(parts, name, VERSION)
    return {each.name.removeprefix(f"{name}-version-"): each for each in found}


def test_a_release_answers_every_request_and_two_share_them(parts: Graph) -> None:
    assert shares(parts, GRADUAL) == {SUM: 100}
    assert shares(parts, TRIAL) == {SUM: 90, OTHER: 10}
    assert list(shares(parts, TRIAL)) == [SUM, OTHER]  # objects stay with a version whose share grows in this order


def test_the_release_is_the_same_version_before_a_trial_and_in_it(parts: Graph) -> None:
    before, meanwhile = versions(parts, DONE)[SUM].inputs, versions(parts, TRIAL)[SUM].inputs
    unlike = {"workerId", "bindings"}  # they name the Worker and what it is bound to, which are others here
    assert {key: value for key, value in before.items() if key not in unlike} == {
        key: value for key, value in meanwhile.items() if key not in unlike
    }


def test_each_version_has_its_own_module_sum_and_files(parts: Graph) -> None:
    found = versions(parts, TRIAL)
    modules = {name: inside(each.inputs["modules"], 0, "contentFile") for name, each in found.items()}
    assert modules == {SUM: "dist/worker.js", OTHER: "next/worker.js"}
    assert [inside(each.inputs["modules"], 0, "name") for each in found.values()] == ["worker.js", "worker.js"]
    assert inside(found[OTHER].inputs["annotations"], "workersTag") == "ab" * 32
    assert inside(found[SUM].inputs["assets"], "directory") == "dist/client"
    assert inside(found[OTHER].inputs["assets"], "directory") == "next/client"


def rules(version: Resource) -> dict[str, str]:
    """What a version says of the answers from its files, by the name of the module."""
    told = version.inputs["modules"]
    assert isinstance(told, list)
    assert {inside(each, "contentType") for each in told[1:]} <= {"text/plain"}
    return {
        str(inside(each, "name")): base64.b64decode(str(inside(each, "contentBase64"))).decode() for each in told[1:]
    }


def test_each_version_has_the_rules_of_its_own_files_as_modules(parts: Graph) -> None:
    found = versions(parts, TRIAL)
    assert rules(found[SUM]) == {"_headers": "/*\n  X-Frame-Options: DENY\n"}
    assert rules(found[OTHER]) == {
        "_headers": "/*\n  X-Frame-Options: SAMEORIGIN\n",
        "_redirects": "/old /neü 301\n",
    }
    assert [rules(each) for each in versions(parts, GRADUAL).values()] == [{}]


def test_migrations_go_with_a_version_until_they_are_deployed(parts: Graph) -> None:
    (first,) = versions(parts, GRADUAL).values()
    assert inside(first.inputs["migrations"], "newTag") == "v2"
    assert "migrations" not in versions(parts, DONE)[SUM].inputs
    assert ["migrations" in each.inputs for each in versions(parts, TRIAL).values()] == [False, False]


def test_a_version_says_no_placement_which_would_make_it_anew_at_each_deployment(parts: Graph) -> None:
    assert ["placement" in each.inputs for each in versions(parts, TRIAL).values()] == [False, False]


def test_its_secrets_are_shown_nowhere_and_nobody_reaches_it_past_the_zone(parts: Graph) -> None:
    for version in versions(parts, TRIAL).values():
        told = version.inputs["bindings"]
        assert isinstance(told, list)
        (secret,) = [each for each in told if inside(each, "type") == "secret_text"]
        assert isinstance(inside(secret, "text"), Secret)
    worker = the_part(parts, TRIAL, "Worker")
    assert worker.inputs["subdomain"] == {"enabled": False, "previewsEnabled": False}
    assert inside(worker.inputs["observability"], "enabled") is True


def test_what_leads_to_it_waits_until_a_version_answers(parts: Graph) -> None:
    deployment = the_part(parts, TRIAL, DEPLOYMENT)
    for kind in ("WorkersCustomDomain", "WorkersCronTrigger", "WorkersRoute", "QueueConsumer"):
        found = part_of(parts, TRIAL, kind)
        assert found
        assert [each.name for each in found if deployment.urn not in each.dependencies] == []
