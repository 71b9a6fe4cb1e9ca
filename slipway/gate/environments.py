"""Which stacks a pipeline of GitHub's previews and deploys: those that have environments there, and what guards these.

A stack has two environments. `<stack>-preview` has what a preview needs: the state, the key of the secrets, a role that
only reads. `<stack>` has what a deployment needs, and demands a reviewer. A job that names an environment which does
not exist makes it, without any protection: so only those that exist are ever named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_APPROVAL = "required_reviewers"
_PULL_REQUEST = "pull_request"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stacks of a run: all, those to preview, those to deploy. `notes` say why others are left out."""

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
            found[each["name"]] = each
            rest = rest[end:].lstrip()
    except (ValueError, KeyError, TypeError):
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
        elif not _demands_approval(writing):
            notes.append(f"{stack}: not deployed: the environment {stack} demands no reviewer.")
        else:
            deploy.append(stack)
    return Chosen(tuple(stacks), tuple(preview), tuple(deploy), tuple(notes))


def _demands_approval(environment: Mapping[str, Any]) -> bool:
    rules = environment.get("protection_rules") or ()
    return any(rule.get("type") == _APPROVAL and rule.get("reviewers") for rule in rules)
