"""What a plan tells its machines: the text of their user data, and what is below their services' parameter paths."""

from __future__ import annotations

import base64
import bz2
import json
import re
from typing import TYPE_CHECKING

from plan.model import Unknown
from tests.stacks.paths import TEMPLATE

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Reference, Value

PARAMETER = "aws:ssm/parameter:Parameter"
POLICY = "aws:iam/rolePolicy:RolePolicy"
_PACKED = re.compile(r"^[!-~]{1000,}$", re.MULTILINE)  # one line, longer than any that a person writes
_FACTS = re.compile(r"cat >/etc/slipway/machine\.json <<'(?P<end>[^']+)'\n(?P<text>[\s\S]+?)\n(?P=end)\n")


def scripts(graph: Graph) -> dict[str, str]:
    """The user data of each group of machines, what is packed in it unpacked, by the group's name."""
    found = {}
    for template in graph.of_type(TEMPLATE):
        if template.name.endswith("-machines"):
            text = base64.b64decode(str(template.inputs["userData"])).decode()
            found[template.name.removesuffix("-machines")] = _PACKED.sub(_unpacked, text)
    return found


def _unpacked(packed: re.Match[str]) -> str:
    return bz2.decompress(base64.b85decode(packed[0])).decode()


def known(graph: Graph) -> dict[str, dict[str, str]]:
    """The variables of each service that stand in user data, by the service's unit."""
    found: dict[str, dict[str, str]] = {}
    for script in scripts(graph).values():
        facts = _FACTS.search(script)
        assert facts, "the machine is not told what it is"
        found |= {unit: service["env"] for unit, service in json.loads(facts["text"])["services"].items()}
    return found


def parameters(graph: Graph, service: str) -> dict[str, Value]:
    """The variables of a service that only deployment tells, by name."""
    path = f"/slipway/{graph.plan.stack}/{service}/"
    found = [each for each in graph.of_type(PARAMETER) if str(each.inputs["name"]).startswith(path)]
    names = [str(each.inputs["name"]).removeprefix(path) for each in found]
    assert len(set(names)) == len(names)
    return {name: each.inputs["insecureValue"] for name, each in zip(names, found, strict=True)}


def template(value: Value) -> str:
    """A parameter's text, with each reference as the name of what it leads to; of a secret's version, the secret's."""
    if isinstance(value, str):
        return value
    assert isinstance(value, Unknown), f"{value!r} is no text"
    assert value.text, "nobody can tell what it is made of"
    text = value.text
    for reference in value.references:
        text = text.replace(str(reference), name_of(reference))
    return text


def name_of(reference: Reference) -> str:
    """The name of the resource that a reference leads to; for the ARN of a secret the name of the secret alone."""
    name = reference.urn.rpartition("::")[2]
    if "secretVersion" in reference.urn:
        assert reference.property == "secretArn"
        return name.partition("-secrets-")[2].removesuffix("-version")
    return f"{name}.{reference.property}"


def secrets_in(graph: Graph, services: list[str]) -> set[str]:
    """The names of the secrets that these services' parameters speak of."""
    texts = [template(value) for service in services for value in parameters(graph, service).values()]
    return {name for text in texts for name in re.findall(r"\$\{secret:(\w+)\}", text)}
