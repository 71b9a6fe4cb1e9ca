"""Rules about who may do what: policies of IAM, inline, managed and attached, and whom roles trust."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.documents import allows_everything, statements, whole_services
from policies.inputs import Field, made, verdict
from policies.rule import Rule
from policies.trust import trusts_everybody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plan.graph import Graph
    from policies.documents import Statement
    from policies.finding import Verdict

_DOCUMENTS = {
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
_ATTACHMENTS = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
}
_ROLE = "aws:iam/role:Role"
_POLICY = "aws:iam/policy:Policy"
_ALL = re.compile(r"arn:aws[\w-]*:iam::aws:policy/(?:job-function/)?AdministratorAccess$")
_SERVICE = re.compile(r"arn:aws[\w-]*:iam::aws:policy/(?:[\w/-]*/)?(\w*FullAccess|PowerUserAccess)$")
_SHOW = "Write the document so that its actions are known before deployment; references may stand in its resources."


def _documents(graph: Graph) -> Iterator[Field]:
    for kind, name in _DOCUMENTS.items():
        yield from (each[name] for each in made(graph, kind))
    for role in made(graph, _ROLE):
        yield from (each["policy"] for each in role["inlinePolicies"].items())


def _attached(graph: Graph) -> Iterator[Field]:
    for kind, name in _ATTACHMENTS.items():
        for each in made(graph, kind):
            yield from each[name].items()
    for role in made(graph, _ROLE):
        yield from role["managedPolicyArns"].items()


def _of_the_plan(graph: Graph, field: Field) -> bool:
    """Whether an attached policy is one that the plan makes: that has its own verdict."""
    if not isinstance(field.value, Unknown):
        return False
    target = field.value.target
    urns = (target.urn,) if target else field.value.dependencies
    return any((found := graph.get(urn)) is not None and found.type == _POLICY for urn in urns)


def _judge_attached(graph: Graph, managed: re.Pattern[str], wrong: str) -> Iterator[Verdict]:
    for field in _attached(graph):
        if _of_the_plan(graph, field):
            continue
        arn = field.text()
        holds = None if arn is None else managed.match(arn) is None
        yield from verdict(field.resource, holds, wrong, field.shown)


def _judge_documents(
    graph: Graph, fault: Callable[[Statement], str], wrong: str, documents: Iterator[Field] | None = None
) -> Iterator[Verdict]:
    """At most one verdict a document: the first fault of a statement, else that some of it cannot be read."""
    for field in _documents(graph) if documents is None else documents:
        found = statements(field)
        faults = [fault(each) for each in found or () if fault(each)]
        if faults:
            yield from verdict(field.resource, False, wrong, f"{faults[0]}, in {field.path}")  # noqa: FBT003 - the answer
        elif found is None or any(each.hidden for each in found):
            because = field.shown if field.hidden else f"not all of {field.path} can be read"
            yield from verdict(field.resource, None, wrong, because, _SHOW)


def _everything(statement: Statement) -> str:
    return "a statement allows every action on every resource" if allows_everything(statement) else ""


def _judge_everything(graph: Graph) -> Iterator[Verdict]:
    wrong = "may do everything"
    yield from _judge_documents(graph, _everything, wrong)
    yield from _judge_attached(graph, _ALL, wrong)


def _services(statement: Statement) -> str:
    services = whole_services(statement)
    excluding = statement.allows and statement.excludes_actions
    return "a statement allows all but some actions" if excluding else ", ".join(services[:3])


def _judge_services(graph: Graph) -> Iterator[Verdict]:
    wrong = "may do everything in a service"
    yield from _judge_documents(graph, _services, wrong)
    yield from _judge_attached(graph, _SERVICE, wrong)


def _judge_trust(graph: Graph) -> Iterator[Verdict]:
    trusts = (each["assumeRolePolicy"] for each in made(graph, _ROLE))
    yield from _judge_documents(graph, trusts_everybody, "can be taken by anybody in the world", trusts)


RULES = (
    Rule(
        id="no-full-administrator",
        title="Nothing may do everything",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP IAM.1", "CIS AWS 5.0 1.15", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "CKV_AWS_286"),
        rationale=(
            "Whoever gets at one machine or key with all rights owns the account: data, backups, and the traces of it."
        ),
        remedy="Name the actions and the resources that are used; attach no AdministratorAccess.",
        judge=_judge_everything,
        hidden_in_preview="the actions of a policy stand in one text with the resources that it names",
    ),
    Rule(
        id="no-whole-services",
        title="Policies name actions, not whole services",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP IAM.21", "CKV_AWS_289", "CKV_AWS_288"),
        rationale="With s3:* a program that should read one file may delete all of them and open the bucket.",
        remedy="List the actions that the program calls; a star behind a verb (s3:Get*) is fine.",
        judge=_judge_services,
        hidden_in_preview="the actions of a policy stand in one text with the resources that it names",
    ),
    Rule(
        id="role-trusts-somebody",
        title="Roles trust named principals",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("CKV_AWS_60", "CKV_AWS_61"),
        rationale=(
            "A role that trusts everybody is open to every AWS account in the world, and one that trusts whatever "
            "GitHub signs for to every repository."
        ),
        remedy=(
            "Name the service or account in the Principal of assume_role_policy, or tie it to a condition that names "
            "one: an organisation, an ARN, a subject with its owner (repo:acme/shop:*)."
        ),
        judge=_judge_trust,
        hidden_in_preview="the principals of a policy stand in one text with its conditions",
    ),
)
