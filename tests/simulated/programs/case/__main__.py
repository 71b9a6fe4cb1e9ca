"""Makes the resources of a case of tests/simulated/wrong, which the setting `program` holds as JSON."""

import json
import re

import pulumi

REFERENCE = re.compile(r"\$\{(\w+)\.([\w.]+)\}")
program = json.loads(pulumi.Config().require("program"))
wanted = {}
for name, output in REFERENCE.findall(json.dumps(program)):
    wanted.setdefault(name, set()).add(output.split(".")[0])
made = {}


def resolved(value):
    """A value with its references as outputs."""
    if isinstance(value, dict):
        return {key: resolved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each) for each in value]
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return value
    name, *parts = found[2].split(".")
    output = made[found[1]].id if name == "id" else getattr(made[found[1]], name)
    for part in parts:
        output = output.apply(lambda it, part=part: it[int(part) if part.isdigit() else part])
    return output


# One after the other: of two that exclude each other the engine would else make either first.
before = None
for name, each in program.items():
    outputs = dict.fromkeys(wanted.get(name, set()) - {"id"})
    after = pulumi.ResourceOptions(depends_on=before)
    before = made[name] = pulumi.CustomResource(each["type"], name, {**outputs, **resolved(each["inputs"])}, after)
