"""Which stacks a pipeline of GitHub's previews and deploys: those that have environments there, and what guards these.

A stack has two environments. `<stack>-preview` has what a preview needs: the state, the key of the secrets, a role that
only reads. `<stack>` has what a deployment needs, and demands a reviewer. A job that names an environment which does
not exist makes it, without any protection: so only those that exist are ever named.

What leaves our own deployment unread is refused: no reviewer. What leaves ways around us is told, and no refusal would
close it: a job of another branch that names the environment does not run our workflow. Which branches a limit names is
not in GitHub's list of environments: one that names all of them looks like any other (docs/deploying.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_APPROVAL = "required_reviewers"
_PULL_REQUEST = "pull_request"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stacks of a run: all, those to preview, those to deploy.

    `notes` say why others are left out, and what leaves a way around the review of those that are not.
    """

    stacks: tuple[str, ...]
    preview: tuple[str, ...] = ()
    deploy: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def outputs(self) -> str:
        """Lines for `$GITHUB_OUTPUT`."""
        lists = {"stacks": self.stacks, "preview": self.preview, "deploy": self.deploy}
        return "".join(f"{name}={json.dumps(list(names))}\n" for name, names in lists.items())


def read_environments(text: str) -> dict[str, Mapping[str, Any]]:
    """Environments by name, from JSON objects one after the other, as `gh api … --jq '.environments[]'` prints them.

    Raises `UsageError` for anything else.
    """
    decoder, found, rest = json.JSONDecoder(), {}, text.strip()
    try:
        while rest:
            each, end = decoder.raw_decode(rest)
            found[each["name"]] = _checked(each)
            rest = rest[end:].lstrip()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            "standard input: is not a list of environments. Give it: gh api --paginate --jq '.environments[]' "
            "repos/OWNER/NAME/environments"
        ) from None
    return found


def choose(stacks: Sequence[str], environments: Mapping[str, Mapping[str, Any]], event: str) -> Chosen:
    """The stacks that an event previews and deploys. Only a push deploys, and only what is previewed before."""
    preview, deploy, notes = [], [], []
    for stack in stacks:
        reading, writing = environments.get(f"{stack}-preview"), environments.get(stack)
        if reading is None:
            notes.append(f"{stack}: not previewed: there is no environment {stack}-preview (docs/deploying.md).")
            continue
        if event == _PULL_REQUEST and reading.get("deployment_branch_policy"):
            notes.append(f"{stack}: not previewed here: {stack}-preview is closed to pull requests.")
            continue
        preview.append(stack)
        if event == _PULL_REQUEST:
            continue
        if writing is None:
            notes.append(f"{stack}: not deployed: there is no environment {stack}.")
        elif not _approvals(writing):
            notes.append(f"{stack}: not deployed: the environment {stack} demands no reviewer.")
        else:
            deploy.append(stack)
            notes += [f"{stack}: deployed, but {way} (docs/deploying.md)." for way in _ways_around(stack, writing)]
    return Chosen(tuple(stacks), tuple(preview), tuple(deploy), tuple(notes))


def _checked(environment: Any) -> Mapping[str, Any]:
    """An environment that has the form of one of GitHub's, as far as it is read. Raises `TypeError`."""
    rules = environment.get("protection_rules") if isinstance(environment, dict) else 0
    shaped = rules is None or (isinstance(rules, list) and all(isinstance(rule, dict) for rule in rules))
    if not shaped or not isinstance(environment["name"], str):
        raise TypeError
    return cast("Mapping[str, Any]", environment)


def _approvals(environment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rules that demand a reviewer; one that names nobody demands none."""
    rules = environment.get("protection_rules") or ()
    return [rule for rule in rules if rule.get("type") == _APPROVAL and rule.get("reviewers")]


def _ways_around(stack: str, environment: Mapping[str, Any]) -> Iterator[str]:
    """What GitHub lets people do past the review. What it does not tell counts as allowed."""
    if not all(rule.get("prevent_self_review") is True for rule in _approvals(environment)):
        yield f"who started the run may approve of it: prevent self-review in the environment {stack}"
    if environment.get("can_admins_bypass") is not False:
        yield f"administrators may skip the review: do not let them bypass the rules of the environment {stack}"
    if not environment.get("deployment_branch_policy"):
        yield f"jobs of any branch may ask for its credentials: let only main use the environment {stack}"
