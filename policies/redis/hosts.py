"""How many machines a plan's application runs on: one server may hold one Redis for all of its workers.

A Redis at the loopback address of the only machine is shared by all that runs there. As soon as there is a second
machine, or something that starts as many as it likes, what is on each is shared by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.aws.types import BALANCERS, CLASSIC, TARGET_GROUPS, TASK_DEFINITION
from policies.inputs import Field, made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from plan.graph import Graph
    from plan.model import Resource

# Servers by themselves, and the inputs that say what they run when they start.
SERVERS: dict[str, tuple[str, ...]] = {
    "aws:ec2/instance:Instance": ("userData", "userDataBase64"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("userData", "userDataBase64"),
    "aws:lightsail/instance:Instance": ("userData",),
    "aws-native:ec2:Instance": ("userData",),
    "aws-native:lightsail:Instance": ("userData",),
    "azure:compute/linuxVirtualMachine:LinuxVirtualMachine": ("customData", "userData"),
    "azure:compute/virtualMachine:VirtualMachine": ("osProfile.customData",),
    "azure-native:compute:VirtualMachine": ("osProfile.customData", "userData"),
    "civo:index/instance:Instance": ("script",),
    "digitalocean:index/droplet:Droplet": ("userData",),
    "equinix:metal/device:Device": ("userData",),
    "exoscale:index/computeInstance:ComputeInstance": ("userData",),
    "gcp:compute/instance:Instance": ("metadataStartupScript", "metadata.startup-script", "metadata.user-data"),
    "hcloud:index/server:Server": ("userData",),
    "linode:index/instance:Instance": ("metadatas[].userData",),
    "oci:Core/instance:Instance": ("metadata.user_data",),
    "openstack:compute/instance:Instance": ("userData",),
    "scaleway:instance/server:Server": ("userData.cloud-init",),
    "scaleway:index/instanceServer:InstanceServer": ("userData.cloud-init",),
    "upcloud:index/server:Server": ("userData",),
    "vultr:index/instance:Instance": ("userData",),
}
# Commands that a program runs on a machine; `delete` takes away.
_LOCAL = "command:local:Command"
REMOTE: dict[str, tuple[str, ...]] = {"command:remote:Command": ("create", "update"), _LOCAL: ("create", "update")}
DEPLOYING = "the machine that deploys"
DOCKER_CONTAINER = "docker:index/container:Container"
# What starts as many machines or tasks as it likes, or stands before several.
_MANY = frozenset(
    {
        *BALANCERS,
        *CLASSIC,
        *TARGET_GROUPS,
        TASK_DEFINITION,
        "aws:autoscaling/group:Group",
        "aws-native:autoscaling:AutoScalingGroup",
        "aws:ec2/fleet:Fleet",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        "aws:alb/targetGroupAttachment:TargetGroupAttachment",
        "aws:elb/attachment:Attachment",
        "aws:ec2/spotFleetRequest:SpotFleetRequest",
        "aws:ecs/service:Service",
        "aws-native:ecs:Service",
        "awsx:ecs:FargateService",
        "awsx:ecs:EC2Service",
        "aws:eks/cluster:Cluster",
        "eks:index:Cluster",
        "aws:elasticbeanstalk/environment:Environment",
        "aws:apprunner/service:Service",
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
        "gcp:container/cluster:Cluster",
        "gcp:cloudrun/service:Service",
        "gcp:cloudrunv2/service:Service",
        "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet",
        "azure-native:compute:VirtualMachineScaleSet",
        "digitalocean:index/dropletAutoscale:DropletAutoscale",
        "digitalocean:index/loadBalancer:LoadBalancer",
        "digitalocean:index/kubernetesCluster:KubernetesCluster",
        "hcloud:index/loadBalancer:LoadBalancer",
        "linode:index/nodeBalancer:NodeBalancer",
        "linode:index/lkeCluster:LkeCluster",
        "vultr:index/loadBalancer:LoadBalancer",
        "kubernetes:apps/v1:Deployment",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:apps/v1:DaemonSet",
    }
)
_LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The machines of a plan.

    `of` says for a resource by its URN which one machine it is or acts on: what identifies it, a URN or words. What is
    not in it acts on any number of them. `many` is a resource that stands for more than one.
    """

    of: Mapping[str, str]
    many: Resource | None

    @property
    def sole(self) -> str:
        """The one machine that all of the application runs on; empty where there are more, or none."""
        names = {name for name in self.of.values() if name != DEPLOYING}
        if self.many is not None or len(names) > 1:
            return ""
        return next(iter(names), DEPLOYING)

    @property
    def told(self) -> str:
        """Why there is more than one machine, for a message."""
        if self.many is not None:
            return f"{self.many.name} stands for more than one machine"
        return f"the plan has {len(set(self.of.values()))} machines"


def hosts(graph: Graph) -> Hosts:
    """The machines that a plan makes or runs commands on."""
    found: dict[str, str] = {}
    many: Resource | None = None
    users: defaultdict[str, list[Resource]] = defaultdict(list)
    templates = {each.urn for each in graph.of_type(_LAUNCH_TEMPLATE)}
    for resource in graph.plan.resources:
        if resource.external:
            continue
        if resource.type in SERVERS:
            found[resource.urn] = resource.urn
        elif resource.type in _MANY:
            many = many or resource
        for urn in templates and templates.intersection((*resource.dependencies, *_waits(resource))):
            users[urn].append(resource)
    # A template from which one instance is started, and nothing else is, says what that instance runs.
    for urn, started in users.items():
        if len(started) == 1 and started[0].type in SERVERS:
            found[urn] = started[0].urn
    servers = {urn for urn in found.values() if urn}
    for at in made(graph, *REMOTE, DOCKER_CONTAINER):
        found[at.resource.urn] = _acted_on(graph, at, servers)
    return Hosts(found, many)


def _acted_on(graph: Graph, at: Field, servers: AbstractSet[str]) -> str:
    """What identifies the machine that a command or a container runs on."""
    if at.resource.type == _LOCAL:
        return DEPLOYING
    if at.resource.type != DOCKER_CONTAINER:
        return _named(at["connection"]["host"], servers)
    provider = graph.get(at.resource.provider.rpartition("::")[0])
    return "the host of Docker" if provider is None else _named(Field(provider, "", provider.inputs)["host"], servers)


def _named(host: Field, servers: AbstractSet[str]) -> str:
    """A host by its name; one that is not known, such as a server's address, is the only server there is."""
    if host.hidden and len(servers) == 1:
        return next(iter(servers))
    if isinstance(host.value, Unknown):
        return f"the host {host.value.text or host.value.dependencies}"
    return f"the host {host.text() or ''}".strip()


def _waits(resource: Resource) -> Iterator[str]:
    for urns in resource.property_dependencies.values():
        yield from urns
