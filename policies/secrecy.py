"""Rules about secrets that stand where others read them: user data, variables, inputs, tags and outputs."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from plan.model import PROVIDER_PREFIX, Secret, Unknown
from policies.aws.types import DISTRIBUTION
from policies.encoded import UnreadableError
from policies.environments import bindings, variables
from policies.finding import Verdict
from policies.inputs import made
from policies.instructions import documents_of_machines, instructions
from policies.kept_texts import kept_texts
from policies.leaves import leaves
from policies.literals import literal, literals
from policies.rule import Rule
from policies.secret_names import names_one, tells_of_a_secret
from policies.secret_text import drawn, plain_secret, shaped, written
from policies.user_data import readable, script, scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plan.graph import Graph
    from plan.model import Reference, Resource
    from policies.environments import Variable
    from policies.inputs import Field
    from policies.instructions import Instruction

# Outputs that hold a secret, by the type of their resource.
_SECRET_OUTPUTS = {
    "random:index/randomPassword:RandomPassword": {"result", "bcryptHash"},
    "random:index/randomBytes:RandomBytes": {"base64", "hex"},
    "tls:index/privateKey:PrivateKey": {"privateKeyPem", "privateKeyOpenssh", "privateKeyPemPkcs8"},
    "aws:iam/accessKey:AccessKey": {"secret", "sesSmtpPasswordV4"},
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretString", "secretBinary"},
    "aws:ssm/parameter:Parameter": {"value"},
    "aws:rds/instance:Instance": {"password"},
    "aws:rds/cluster:Cluster": {"masterPassword"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"authToken"},
    "cloudflare:index/apiToken:ApiToken": {"value"},
    "cloudflare:index/accountToken:AccountToken": {"value"},
}
_PASSWORDS = frozenset(
    f"{name}{form}"
    for name in (
        *("password", "passwords", "masterPassword", "masterUserPassword", "adminPassword", "rootPass", "authToken"),
        *("rootPassword", "administratorLoginPassword", "secretString", "secretBinary", "privateKey", "clientSecret"),
        *("apiToken", "apiKey", "apiUserServiceKey", "secretKey", "accessKeySecret", "adminPass", "bindPassword"),
    )
    for form in ("", "Wo")
)
_PROVIDER_TOKENS = frozenset({"token", "secretKey", "password", "apiToken", "apiKey"})
_DISTRIBUTIONS = (DISTRIBUTION, "aws:cloudfront/multitenantDistribution:MultitenantDistribution")
_PARAMETER = "aws:ssm/parameter:Parameter"
# Where scripts and variables stand: they have rules of their own.
_ELSEWHERE = frozenset({"userData", "userDataBase64", "containerDefinitions", "environmentVariables", "bindings"})
_SHOW = (
    "Let the text be known before deployment and free of secrets: what only deployment tells, the machine can read "
    "from Parameter Store or Secrets Manager when it starts."
)


def _judge_scripts(graph: Graph) -> Iterator[Verdict]:
    for each in scripts(graph):
        name, path, urn = each.field.resource.name, each.field.path, each.field.resource.urn
        hidden = each.hidden
        found = _referred(graph, each.references)
        try:
            found = found or next((what for text in readable(each.text) for what in written(text)), "")
        except UnreadableError as error:
            hidden = hidden or f"such that it {error}"
        if found:
            yield Verdict("violation", urn, f"the user data of {name} ({path}) holds {found} in plain text.")
        elif hidden:
            message = f"whether the user data of {name} ({path}) holds a secret cannot be told: it is {hidden}."
            yield Verdict("unproven", urn, message, _SHOW)


def _judge_documents(graph: Graph) -> Iterator[Verdict]:
    """What documents tell machines to run: user data by another way."""
    yield from _judge_scripts(graph)
    yield from _judge_told(graph, documents_of_machines(graph))


def _judge_environment(graph: Graph) -> Iterator[Verdict]:
    yield from _judge_variables(graph, variables(graph))
    yield from _judge_told(graph, instructions(graph))


def _judge_variables(graph: Graph, found: Iterable[Variable]) -> Iterator[Verdict]:
    yield from (told for each in found for told in _judge_text(graph, "a variable", *each))


def _judge_told(graph: Graph, found: Iterable[Instruction]) -> Iterator[Verdict]:
    """At most one verdict on each place: a document has many texts."""
    told = set[tuple[str, str, str]]()
    for what, name, value in found:
        for verdict in _judge_text(graph, what, name, value):
            key = (verdict.urn, value.path, verdict.status)
            if key not in told:
                told.add(key)
                yield verdict


def _judge_text(graph: Graph, kind: str, name: str | None, value: Field) -> Iterator[Verdict]:
    where = f"{value.resource.name} ({value.path})"
    what = _secret_in(graph, name, value)
    if what:
        yield Verdict("violation", value.resource.urn, f"{kind} of {where} holds {what} in plain text.")
    elif what is None:
        why = f"it is {value.hidden}" if value.hidden else "its name is not known"
        message = f"whether {kind} of {where} holds a secret cannot be told: {why}."
        yield Verdict("unproven", value.resource.urn, message)


def _secret_in(graph: Graph, name: str | None, field: Field) -> str | None:
    """What is secret in a value, described; empty where nothing is, None where the plan cannot tell."""
    if isinstance(field.value, Secret):
        return f"a value of {name}" if name else None
    if not isinstance(field.value, Unknown):
        found = "" if field.absent else plain_secret(name or "", str(field.value))
        return found or (None if name is None else "")
    read = script(field)
    found = _referred(graph, read.references) or plain_secret(name or "", read.text)
    if found or field.value.references:
        return found
    waits = {resource.type for urn in field.value.dependencies if (resource := graph.get(urn))}
    named = name is not None and names_one(name)
    doubtful = name is None or tells_of_a_secret(name) or not waits or bool(waits & set(_SECRET_OUTPUTS))
    doubtful = doubtful and not (named and waits)
    return None if doubtful else ""


def _referred(graph: Graph, references: Iterable[Reference]) -> str:
    """What is secret among the outputs that a text is made of."""
    for reference in references:
        resource = graph.get(reference.urn)
        if resource is not None and reference.property in _SECRET_OUTPUTS.get(resource.type, ()):
            return f"the {reference.property} of {resource.name}"
    return ""


def _judge_passwords(graph: Graph) -> Iterator[Verdict]:
    for leaf in leaves(graph):
        of_provider = leaf.name in _PROVIDER_TOKENS and leaf.resource.type.startswith(PROVIDER_PREFIX)
        if (leaf.name in _PASSWORDS or of_provider) and literal(leaf.value):
            message = f"{leaf.path} of {leaf.resource.name} is given as plain text."
            yield Verdict("violation", leaf.resource.urn, message)
    for place in literals(graph):
        message = f"{place.path} of {place.resource.name} is given as plain text."
        yield Verdict("violation", place.resource.urn, message)
    for parameter in made(graph, _PARAMETER):
        secure = parameter["type"].among({"SECURESTRING"})
        if secure and literal(parameter["value"].value):
            name = parameter.resource.name
            yield Verdict("violation", parameter.resource.urn, f"the value of {name} is given as plain text.")


def _judge_plain_sight(graph: Graph) -> Iterator[Verdict]:
    told = set[str]()
    for resource, path, what in chain(_shown(graph), _headers(graph), _parameters(graph), _kept(graph)):
        if resource.urn not in told:
            told.add(resource.urn)
            message = f"{path} of {resource.name} shows {what} to everybody who may look at it."
            yield Verdict("violation", resource.urn, message)
    for name, value in graph.plan.outputs.items():
        what = plain_secret(name, value) if isinstance(value, str) else ""
        if what:
            message = f"the output {name} of the stack shows {what}."
            yield Verdict("violation", graph.stack_urn, message, "Export it as a secret, or not at all.")


def _shown(graph: Graph) -> Iterator[tuple[Resource, str, str]]:
    """Each resource with a place of it that shows a secret, and what that is."""
    for leaf in leaves(graph):
        if isinstance(leaf.value, Secret):
            continue
        tagged = leaf.steps[0] == "tags"
        if (tagged or leaf.name not in _PASSWORDS) and _ELSEWHERE.isdisjoint(leaf.steps):
            what = plain_secret(leaf.name, leaf.value) if tagged else next(shaped(leaf.value), "")
            if what:
                yield leaf.resource, leaf.path, what


def _headers(graph: Graph) -> Iterator[tuple[Resource, str, str]]:
    """The same of headers that a CDN adds to what it asks an origin: by these the origin knows it."""
    for distribution in made(graph, *_DISTRIBUTIONS):
        for origin in distribution["origins"].items():
            for header in origin["customHeaders"].items():
                name = header["name"].text() or header["headerName"].text() or ""
                value = header["value" if header["value"].given else "headerValue"]
                text = value.text() or ""  # what is not told is nobody's to see
                what = plain_secret(name, text) or (f"a value of {name}" if drawn(text) else "")
                if what:
                    yield value.resource, value.path, what


def _parameters(graph: Graph) -> Iterator[tuple[Resource, str, str]]:
    """The same of parameters that everybody may read."""
    for inputs in made(graph, _PARAMETER):
        if not inputs["type"].among({"SECURESTRING"}):
            own = (inputs["name"].text() or inputs.resource.name).rpartition("/")[2]
            if isinstance(inputs["value"].value, Secret) and inputs["value"].value.address:
                yield inputs.resource, "value", "a password in an address"
            for name in ("value", "insecureValue"):
                secret = _secret_in(graph, own, inputs[name])
                if secret and (tells_of_a_secret(own) or not isinstance(inputs[name].value, Secret)):
                    yield inputs.resource, name, secret  # the SDK marks every value as secret: only the name tells


def _kept(graph: Graph) -> Iterator[tuple[Resource, str, str]]:
    """The same of texts that lie where many read them. What is not told of them is not doubted."""
    for name, value in kept_texts(graph):
        what = _secret_in(graph, name, value)
        if what:
            yield value.resource, value.path, what


RULES = (
    Rule(
        id="user-data-without-secrets",
        title="User data holds no secrets",
        severity="critical",
        level="mandatory",
        clouds=("aws", "digitalocean", "hcloud", "linode"),
        references=("CKV_AWS_46", "FSBP EC2.8"),
        rationale=(
            "User data is read by every program on the machine, by everybody who may look at the machine, and it stays "
            "in every version of its template."
        ),
        remedy="Put the secret into Secrets Manager or Parameter Store and let the machine fetch it when it starts.",
        judge=_judge_documents,
    ),
    Rule(
        id="environment-without-secrets",
        title="Variables of containers and functions hold no secrets",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ECS.8", "CKV_AWS_45"),
        rationale=(
            "The definition of a task or a function is read by everybody who may look at it, and every old revision "
            "stays readable."
        ),
        remedy='Name the secret in "secrets" of the container (valueFrom), or let the program fetch it when it starts.',
        judge=_judge_environment,
        hidden_in_preview="the variables of a container stand in one text with its image and its secrets",
    ),
    Rule(
        id="password-not-literal",
        title="No password stands in a program or its settings",
        severity="critical",
        level="mandatory",
        clouds=("aws", "cloudflare", "digitalocean", "hcloud", "linode"),
        references=("own: a password in a repository is everybody's", "CKV_SECRET_6"),
        rationale="What is in a repository is in every copy and in its history for ever.",
        remedy=(
            "Take it from config.require_secret (pulumi config set --secret), let the provider make it "
            "(manage_master_user_password=True), or generate it (random.RandomPassword)."
        ),
        judge=_judge_passwords,
    ),
    Rule(
        id="no-secret-in-plain-sight",
        title="No secret stands in tags, descriptions, parameters or outputs",
        severity="critical",
        level="mandatory",
        clouds=("aws", "cloudflare", "digitalocean", "hcloud", "linode"),
        references=("own: tags and outputs are read by many more than secrets are", "CKV_SECRET_2", "CKV2_AWS_34"),
        rationale="Tags show in bills, outputs in logs, String parameters to everybody who may list them.",
        remedy='Keep secrets in Secrets Manager or in a parameter of type="SecureString", and name them elsewhere.',
        judge=_judge_plain_sight,
    ),
    Rule(
        id="cloudflare-bindings-without-secrets",
        title="Variables of Workers and Pages hold no secrets",
        severity="critical",
        level="mandatory",
        clouds=("cloudflare",),
        references=("own: Cloudflare keeps secret_text apart from plain_text",),
        rationale="A plain-text binding is shown in the dashboard and by the API to all who may enter the account.",
        remedy='Give the binding type="secret_text", or use the Secrets Store.',
        judge=lambda graph: _judge_variables(graph, bindings(graph)),
        hidden_in_preview="the bindings of a Worker are secret as a whole where one of them is",
    ),
)
