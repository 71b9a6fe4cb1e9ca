"""Which stacks a run of GitHub's touches: never one without its environment, none without an approval."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.errors import UsageError
from slipway.gate.environments import choose, read_environments

ADA = {"type": "User", "reviewer": {"login": "ada"}}
REVIEWERS = {"id": 1, "type": "required_reviewers", "prevent_self_review": True, "reviewers": [ADA]}
ONLY_MAIN = {"protected_branches": False, "custom_branch_policies": True}
BRANCHES = {"id": 2, "type": "branch_policy"}
TIMER = {"id": 3, "type": "wait_timer", "wait_timer": 30}


def environment(name: str, *rules: dict[str, Any], branches: Any = None) -> dict[str, Any]:
    return {"id": 9, "name": name, "protection_rules": list(rules), "deployment_branch_policy": branches}


def chosen(event: str, *environments: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    found = choose(["dev", "prod"], {each["name"]: each for each in environments}, event)
    assert found.stacks == ("dev", "prod")
    return found.preview, found.deploy, "\n".join(found.notes)


def test_a_stack_without_environments_is_only_checked() -> None:
    preview, deploy, notes = chosen("push")
    assert (preview, deploy) == ((), ())
    assert "dev: not previewed: there is no environment dev-preview" in notes


def test_a_pull_request_previews_and_never_deploys() -> None:
    both = environment("prod-preview"), environment("prod", REVIEWERS)
    assert chosen("pull_request", *both)[:2] == (("prod",), ())


def test_a_push_deploys_what_it_previews_where_a_reviewer_is_demanded() -> None:
    both = environment("prod-preview"), environment("prod", TIMER, REVIEWERS, BRANCHES)
    assert chosen("push", *both)[:2] == (("prod",), ("prod",))


@pytest.mark.parametrize(
    "guarded",
    [
        environment("prod"),
        environment("prod", TIMER, BRANCHES),
        environment("prod", {"type": "required_reviewers", "reviewers": []}),
    ],
    ids=["nothing", "other rules", "nobody"],
)
def test_nothing_is_deployed_without_an_approval(guarded: dict[str, Any]) -> None:
    preview, deploy, notes = chosen("push", environment("prod-preview"), guarded)
    assert (preview, deploy) == (("prod",), ())
    assert "prod: not deployed: the environment prod demands no reviewer." in notes


def test_nothing_is_deployed_that_was_not_previewed() -> None:
    assert chosen("push", environment("prod", REVIEWERS))[:2] == ((), ())


def test_an_environment_that_is_closed_to_pull_requests_is_left_to_the_main_branch() -> None:
    closed = environment("prod-preview", branches={"protected_branches": True, "custom_branch_policies": False})
    preview, _, notes = chosen("pull_request", closed)
    assert preview == ()
    assert "closed to pull requests" in notes
    assert chosen("push", closed)[0] == ("prod",)


def test_the_lists_are_lines_of_github_s_outputs() -> None:
    found = choose(["dev"], {"dev-preview": environment("dev-preview")}, "push")
    assert found.outputs() == 'stacks=["dev"]\npreview=["dev"]\ndeploy=[]\n'


def test_environments_are_read_as_gh_prints_them() -> None:
    text = json.dumps(environment("a"), indent=2) + "\n" + json.dumps(environment("b"))
    assert list(read_environments(text)) == ["a", "b"]
    assert read_environments("\n") == {}


def closed(**fields: Any) -> dict[str, Any]:
    """An environment past whose review there is no way, but for what `fields` change."""
    return environment("prod", REVIEWERS, branches=ONLY_MAIN) | {"can_admins_bypass": False} | fields


def test_an_environment_past_which_there_is_no_way_is_deployed_without_a_note() -> None:
    _, deploy, notes = chosen("push", environment("prod-preview"), closed())
    assert (deploy, [note for note in notes.splitlines() if note.startswith("prod")]) == (("prod",), [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"protection_rules": [REVIEWERS | {"prevent_self_review": False}]}, "who started the run may approve of it"),
        ({"protection_rules": [{"type": "required_reviewers", "reviewers": [ADA]}]}, "who started the run may approve"),
        ({"can_admins_bypass": True}, "administrators may skip the review"),
        ({"can_admins_bypass": None}, "administrators may skip the review"),
        ({"deployment_branch_policy": None}, "jobs of any branch may ask for its credentials"),
    ],
)
def test_a_way_past_the_review_is_told(fields: dict[str, Any], said: str) -> None:
    _, deploy, notes = chosen("push", environment("prod-preview"), closed(**fields))
    assert deploy == ("prod",)
    told = [note for note in notes.splitlines() if note.startswith("prod")]
    assert len(told) == 1
    assert told[0].startswith(f"prod: deployed, but {said}")
    assert chosen("pull_request", environment("prod-preview"), closed(**fields))[2].count("deployed, but") == 0


@pytest.mark.parametrize(
    "text",
    [
        "Not Found", '{"message": "Bad credentials"}', "[]", '{"name": "a"', "5", "null", '"name"', "[" * 100_000,
        '{"name": 5}', '{"name": null}', '{"name": ["a"]}', '{"name": {}}',
        *(f'{{"name": "a", "protection_rules": {rules}}}' for rules in ("5", '"a"', "true", "{}", "[5]", "[[]]")),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a list of environments"):
        read_environments(text)


@pytest.mark.parametrize("value", [None, 5, "a", True, [], [5], {}, {"a": {}}])
@pytest.mark.parametrize("name", ["reviewers", "type", "prevent_self_review"])
def test_a_rule_of_any_form_is_read(name: str, value: Any) -> None:
    odd = environment("prod", REVIEWERS | {name: value}) | {
        "can_admins_bypass": value,
        "deployment_branch_policy": value,
    }
    found = read_environments(json.dumps(odd) + json.dumps(environment("prod-preview")))
    assert set(choose(["prod"], found, "push").deploy) <= {"prod"}
