"""What machines run when they first start, out of a plan of any Pulumi program."""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from typing import TYPE_CHECKING

from plan.model import Secret, Unknown
from plan.urns import name_of
from policies.encoded import CLOUD_CONFIG, embedded
from slipway.render.files import Rendered
from slipway.render.machine_files import PACKED, machine_files
from slipway.render.task_definitions import free

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

# Components of ours that give what they make their own name.
_NAMING = re.compile(r"slipway:\w+:(AutoScalingService|AwsServer|DigitalOceanServer|HetznerServer|LinodeServer)")
# The inputs of each type that hold user data, and whether in base64.
_INPUTS = {
    "aws:ec2/launchTemplate:LaunchTemplate": {"userData": True},
    "aws:ec2/launchConfiguration:LaunchConfiguration": {"userData": False, "userDataBase64": True},
    "aws:ec2/instance:Instance": {"userData": False, "userDataBase64": True},
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {"userData": False, "userDataBase64": True},
    "digitalocean:index/droplet:Droplet": {"userData": False},
    "hcloud:index/server:Server": {"userData": False},
    "linode:index/instance:Instance": {"metadatas": True},
}


def user_data_files(graph: Graph, application: str = "") -> tuple[list[Rendered], list[str]]:
    """The known user data, decoded, each in a file named by its group; and what is left out, with the reason.

    What programs our machines find packed in a script stand in a file beside it, each below a line with its path. What
    cloud-init's own configuration puts on a machine stands in a folder beside it, under the paths that it has there.

    `application` begins the names of what belongs to it and is not repeated in the files' names.
    """
    files: list[Rendered] = []
    left_out: list[str] = []
    taken: set[str] = set()
    for kind, inputs in _INPUTS.items():
        for resource in graph.of_type(kind):
            for name, encoded in inputs.items():
                if name not in resource.inputs or resource.inputs[name] is None:
                    continue
                try:
                    text = _text(resource, name, encoded=encoded)
                except _LeftOutError as reason:
                    left_out.append(f"user data of {resource.name} is left out: {reason}")
                    continue
                ending = _ending(text)
                stem = free(_group(graph, resource, application), taken)
                files.append(Rendered(f"user-data/{stem}.{ending}", text, resource.urn, executable=ending == "sh"))
                if ending == "yaml":
                    files += [
                        Rendered(f"user-data/{stem}{path}", content, resource.urn)
                        for path, content in machine_files(text).items()
                    ]
                elif programs := "".join(packed for packed in embedded(text) if packed.startswith(PACKED)):
                    files.append(Rendered(f"user-data/{stem}.programs.txt", programs, resource.urn))
    return files, left_out


def _ending(text: str) -> str:
    if text.startswith("#!"):
        return "sh"
    return "yaml" if CLOUD_CONFIG.match(text) else "txt"


class _LeftOutError(Exception):
    """Why there is no text."""


def _text(resource: Resource, name: str, *, encoded: bool) -> str:
    """The text. Raises `_LeftOutError` where it is not known."""
    value = resource.inputs[name]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):  # Linode's, one block of several
        value = value[0].get("userData", "")
    if isinstance(value, Unknown):
        references = ", ".join(sorted({name_of(each.urn) for each in value.references}))
        raise _LeftOutError(f"only deployment tells it{f' (it has outputs of {references})' if references else ''}.")
    if isinstance(value, Secret):
        raise _LeftOutError("it is secret.")
    if not isinstance(value, str):
        raise _LeftOutError(f"it is a {type(value).__name__}, and a text is wanted.")
    try:
        data = base64.b64decode(value, validate=True) if encoded else value.encode()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        return data.decode()
    except UnicodeDecodeError:
        raise _LeftOutError("it is no text.") from None
    except (ValueError, OSError, EOFError, zlib.error):
        raise _LeftOutError("it is not base64, or what it holds is damaged.") from None


def _group(graph: Graph, resource: Resource, application: str) -> str:
    parent = graph.get(resource.parent)
    name = parent.name if parent is not None and _NAMING.fullmatch(parent.type) else resource.name
    short = name.removeprefix(f"{application}-") if application else name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", short).strip("-") or "machine"
