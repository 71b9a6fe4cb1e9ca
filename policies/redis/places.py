"""Where programs say what runs on machines and in containers: user data, commands, documents, container descriptions.

The tables name the types of each provider and the inputs that decide. What is not in them is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from plan.model import Secret, Unknown
from plan.urns import name_of
from policies.inputs import Field
from policies.redis.hosts import DOCKER_CONTAINER, REMOTE, SERVERS, plain_type
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

Form = Literal["user data", "commands", "document", "container definitions", "containers"]

_CONTROL = "aws:cloudcontrol/resource:Resource"
# What of that says what runs somewhere.
_RUNS = re.compile(
    r"AWS::(?:EC2::(?:Instance|LaunchTemplate|SpotFleet)|(?:AutoScaling|Lightsail|ECS|Batch|AppRunner|SSM)::)"
)
_FUNCTION = "aws:lambda/function:Function"
_METADATA = ("metadataStartupScript", "metadata.startup-script", "metadata.user-data")
_SCALE_SET = ("virtualMachineProfile.osProfile.customData", "virtualMachineProfile.userData")
_BATCH = ("containerProperties", "nodeProperties", "ecsProperties", "eksProperties")
_TEMPLATES = {
    "aws:ec2/launchTemplate:LaunchTemplate": ("userData",),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("userData", "userDataBase64"),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": ("launchSpecifications[].userData",),
    "aws:imagebuilder/imageRecipe:ImageRecipe": ("userDataBase64",),
    "aws-native:ec2:LaunchTemplate": ("launchTemplateData.userData",),
    "gcp:compute/instanceTemplate:InstanceTemplate": _METADATA,
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": _METADATA,
    "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet": ("customData", "userData"),
    "azure:compute/orchestratedVirtualMachineScaleSet:OrchestratedVirtualMachineScaleSet": ("userDataBase64",),
    "azure-native:compute:VirtualMachineScaleSet": _SCALE_SET,
    "digitalocean:index/dropletAutoscale:DropletAutoscale": ("dropletTemplate.userData",),
    "linode:index/stackScript:StackScript": ("script",),
    "vultr:index/startupScript:StartupScript": ("script",),
    "scaleway:autoscaling/instanceTemplate:InstanceTemplate": ("cloudInit",),
}
_DOCUMENTS = {
    "aws:ssm/document:Document": ("content",),
    "aws:imagebuilder/component:Component": ("data",),
    "aws:imagebuilder/containerRecipe:ContainerRecipe": ("dockerfileTemplateData",),
    "aws:cloudformation/stack:Stack": ("templateBody",),
    "aws:cloudformation/stackSet:StackSet": ("templateBody",),
    _CONTROL: ("desiredState",),
    "aws-native:ssm:Document": ("content",),
    "docker-build:index:Image": ("dockerfile.inline",),
    "nomad:index/job:Job": ("jobspec",),
    "aws:sfn/stateMachine:StateMachine": ("definition",),
    "aws:cloudwatch/eventTarget:EventTarget": ("input", "inputTransformer.inputTemplate"),
    "aws:scheduler/schedule:Schedule": ("target.input",),
}
# What starts many things, by which of its inputs it starts containers or runs commands on machines, and the one that
# names what it calls: only then its document is read.
_STARTING = {
    "aws:cloudwatch/eventTarget:EventTarget": (("ecsTarget", "runCommandTargets"), "arn"),
    "aws:scheduler/schedule:Schedule": (("target.ecsParameters",), "target.arn"),
}
_CALLS = re.compile(
    r":aws-sdk:(?:ecs:(?:runTask|startTask)|ssm:(?:sendCommand|startAutomationExecution))$", re.IGNORECASE
)
# A file elsewhere that is read in place of the document.
_BY_ADDRESS = dict.fromkeys(("aws:cloudformation/stack:Stack", "aws:cloudformation/stackSet:StackSet"), "templateUrl")
_DEFINITIONS = {
    "aws:ecs/taskDefinition:TaskDefinition": ("containerDefinitions",),
    "aws-native:ecs:TaskDefinition": ("containerDefinitions",),
}
# Inputs that describe containers; "" stands for all of a resource's.
_DESCRIPTIONS = {
    "aws:ecs/service:Service": ("serviceConnectConfiguration",),
    "aws:ecs/expressGatewayService:ExpressGatewayService": ("primaryContainer",),
    "aws:batch/jobDefinition:JobDefinition": _BATCH,
    "aws:apprunner/service:Service": ("sourceConfiguration",),
    "aws-native:apprunner:Service": ("sourceConfiguration",),
    _FUNCTION: ("",),
    "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": ("containers",),
    "aws:ssm/association:Association": ("parameters",),
    "awsx:ecs:FargateService": ("taskDefinitionArgs",),
    "awsx:ecs:EC2Service": ("taskDefinitionArgs",),
    "awsx:ecs:FargateTaskDefinition": ("container", "containers"),
    "awsx:ecs:EC2TaskDefinition": ("container", "containers"),
    DOCKER_CONTAINER: ("",),
    "docker:index/service:Service": ("taskSpec",),
    "gcp:cloudrun/service:Service": ("template",),
    "gcp:cloudrunv2/service:Service": ("template",),
    "gcp:cloudrunv2/job:Job": ("template",),
    "azure:containerapp/app:App": ("template",),
    "azure:containerservice/group:Group": ("containers",),
    "azure-native:app:ContainerApp": ("template",),
    "azure-native:containerinstance:ContainerGroup": ("containers",),
    "digitalocean:index/app:App": ("spec",),
    "fly:index/machine:Machine": ("",),
    **{
        f"kubernetes:{kind}": ("spec",)
        for kind in (
            *("core/v1:Pod", "core/v1:ReplicationController", "apps/v1:Deployment", "apps/v1:StatefulSet"),
            *("apps/v1:DaemonSet", "apps/v1:ReplicaSet", "batch/v1:Job", "batch/v1:CronJob"),
            *("core/v1:PodPatch", "apps/v1:DeploymentPatch", "apps/v1:StatefulSetPatch", "apps/v1:DaemonSetPatch"),
        )
    },
}
CHARTS = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")
# Images and repositories that a plan itself makes, and the input that names them; their resource where it is not set.
_IMAGE_NAMES = {
    "aws:ecr/repository:Repository": "name",
    "aws:ecrpublic/repository:Repository": "repositoryName",
    "aws-native:ecr:Repository": "repositoryName",
    "awsx:ecr:Repository": "name",
    "awsx:ecr:Image": "",
    "docker:index/image:Image": "imageName",
    "docker:index/remoteImage:RemoteImage": "name",
    "docker:index/registryImage:RegistryImage": "name",
    "docker-build:index:Image": "",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One input that decides what runs: the input's path and what it holds, with `MARK` for what is not in the plan.

    `content` is a text, or of `containers` a document. Where nothing can be read, `hidden` says why.
    `serves`: whether what runs there stays; a function is no place for a server, so a doubt about one means nothing.
    """

    resource: Resource
    path: str
    form: Form
    content: Any  # a text, or any document
    hidden: str = ""
    serves: bool = True


def places(graph: Graph) -> Iterator[Place]:
    """Every such input of the plan that is set. Resources that are only read are somebody else's."""
    for resource in graph.plan.resources:
        if resource.external or _starts_others(resource):
            continue
        address = resource.inputs.get(_BY_ADDRESS.get(resource.type, ""))
        if address not in (None, ""):
            yield Place(resource, _BY_ADDRESS[resource.type], "document", "", "a file elsewhere")
        for form, table in _TABLES:
            for path in table.get(plain_type(resource.type), ()):
                yield from _places(graph, resource, path, form)


def tree_of(graph: Graph, value: Value) -> Any:  # Any: a document
    """A value as a document, with `MARK` for what is not in the plan and the names of images that the plan makes."""
    if isinstance(value, Mapping):
        return {key: tree_of(graph, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [tree_of(graph, each) for each in value]
    if isinstance(value, Unknown):
        return _with_marks(graph, value) if value.text else MARK
    return MARK if isinstance(value, Secret) else value


_TABLES: tuple[tuple[Form, Mapping[str, tuple[str, ...]]], ...] = (
    ("user data", {**SERVERS, **_TEMPLATES}),
    ("commands", REMOTE),
    ("document", _DOCUMENTS),
    ("container definitions", _DEFINITIONS),
    ("containers", _DESCRIPTIONS),
)


def _starts_others(resource: Resource) -> bool:
    """Whether it is an event or a schedule of something else than containers and commands, or makes something else."""
    whole = Field(resource, "", resource.inputs)
    if resource.type == _CONTROL:
        kind = whole["typeName"].text()
        return kind is not None and _RUNS.match(kind) is None
    if resource.type not in _STARTING:
        return False
    paths, called = _STARTING[resource.type]
    if any(each.given for path in paths for each in _fields(whole, path)):
        return False
    return not any(_CALLS.search(each.text() or "") for each in _fields(whole, called))


def _places(graph: Graph, resource: Resource, path: str, form: Form) -> Iterator[Place]:
    serves = resource.type != _FUNCTION
    for field in _fields(Field(resource, "", resource.inputs), path):
        value = field.value
        if value in (None, ""):
            continue
        described = form in ("containers", "container definitions")
        if described and isinstance(value, Mapping | list | tuple):
            tree = tree_of(graph, value)
            if resource.type == DOCKER_CONTAINER:
                # Of an image that the plan pulls the engine tells nothing at first, and then its id alone.
                pulled = _image_name(graph.follow(resource, "image", tuple(_IMAGE_NAMES)))
                tree = {**tree, "image": pulled or tree.get("image")}
            yield Place(resource, field.path, "containers", tree, serves=serves)
        else:
            text, hidden = _text(graph, value)
            # Where a description may stand as it is, a text is one in JSON.
            yield Place(resource, field.path, "document" if form == "containers" else form, text, hidden, serves)


def _fields(field: Field, path: str) -> Iterator[Field]:
    """The fields at a path: names by dots, `[]` for each entry of a list."""
    if not path:
        yield field
        return
    name, _, rest = path.partition(".")
    below = field[name.removesuffix("[]")]
    for each in below.items() if name.endswith("[]") else (below,):
        if each.hidden:
            yield each
        else:
            yield from _fields(each, rest)


def _text(graph: Graph, value: Value) -> tuple[str, str]:
    """A value's text, and why there is none."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, Unknown) and value.text and value.target is None:
        return _with_marks(graph, value), ""
    return "", _why(value)


def _why(value: Value) -> str:
    """Why a value cannot be read."""
    if isinstance(value, Secret):
        return "secret"
    if not isinstance(value, Unknown):
        return f"not text but {type(value).__name__}"
    waits = sorted({name_of(urn) for urn in value.dependencies})
    return "unknown before deployment" + (f" (it waits for {', '.join(waits)})" if waits else "")


def _with_marks(graph: Graph, value: Unknown) -> str:
    text = value.text
    for reference in value.references:
        text = text.replace(str(reference), _image_name(graph.get(reference.urn)) or MARK)
    return text


def _image_name(resource: Resource | None) -> str:
    """The name of an image or repository that the plan makes; empty for anything else, and where that is not known."""
    if resource is None or resource.type not in _IMAGE_NAMES:
        return ""
    given = resource.inputs.get(_IMAGE_NAMES[resource.type], resource.name)
    return given if isinstance(given, str) else ""
