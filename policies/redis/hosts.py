"""How many machines a plan's application runs on: one server may hold one Redis for all of its workers.

A Redis at the loopback address of the only machine is shared by all that runs there. As soon as there is a second
machine, or something that starts as many as it likes, what is on each is shared by nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.model import Unknown
from plan.urns import is_urn, name_of
from policies.aws.types import BALANCERS, CLASSIC, TARGET_GROUPS, TASK_DEFINITION
from policies.inputs import Field, every, made, negated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from plan.graph import Graph
    from plan.model import Resource
    from policies.inputs import Answer

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
_DEPLOYING = "the machine that deploys"
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
_VERSION = re.compile(r"/v\d{8}\w*(?=:)")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The machines of a plan.

    `of` says for a resource by its URN which one machine it is or acts on: what identifies it, a URN or words. What is
    not in it acts on any number of them. `many` is a resource that stands for more than one. `unclear` are those of
    which it is not known whether they are machines by themselves or one of the others: URNs of what acts on them.
    """

    of: Mapping[str, str]
    many: Resource | None
    unclear: AbstractSet[str] = frozenset()

    @property
    def sole(self) -> str:
        """The one machine that all of the application runs on; empty where there are more, or none."""
        if self.several is not False:
            return ""
        return next(iter(self.names), _DEPLOYING if _DEPLOYING in self.of.values() else "")

    @property
    def server(self) -> Answer:
        """Whether there is one server, and nothing else that the application runs on."""
        return every((len(self.names) > 0, negated(self.several)))

    @property
    def several(self) -> Answer:
        """Whether there is more than one machine."""
        if self.many is not None or len(self.names - self.unclear) > 1:
            return True
        return None if len(self.names) > 1 else False

    @property
    def told(self) -> str:
        """Why something is not on the one machine, or there is none, for a message."""
        if self.many is not None:
            return f"{self.many.name} stands for more than one machine"
        count = len(self.names)
        if count > 1:
            hidden = ", ".join(sorted(map(told_of, self.unclear)))
            return f"the plan has {count} machines" if self.several else f"which machine {hidden} acts on is hidden"
        return "the machine that deploys is not the server" if count else "the plan has no server"

    @property
    def names(self) -> frozenset[str]:
        """What identifies each machine that the application runs on."""
        return frozenset(self.of.values()) - {_DEPLOYING}


def told_of(host: str) -> str:
    """A machine as a person reads it, by what identifies it."""
    return name_of(host) if is_urn(host) else host


def plain_type(kind: str) -> str:
    """A type token without the version of an API that some providers put into it."""
    return _VERSION.sub("", kind) if "/v2" in kind else kind


def hosts(graph: Graph) -> Hosts:
    """The machines that a plan makes or runs commands on."""
    found: dict[str, str] = {}
    many: Resource | None = None
    users: defaultdict[str, list[Resource]] = defaultdict(list)
    templates = {each.urn for each in graph.of_type(_LAUNCH_TEMPLATE)}
    for resource in graph.plan.resources:
        if resource.external:
            continue
        kind = plain_type(resource.type)
        if kind in SERVERS:
            found[resource.urn] = resource.urn
        elif kind in _MANY:
            many = many or resource
        for urn in templates and templates.intersection((*resource.dependencies, *_waits(resource))):
            users[urn].append(resource)
    # A template from which one instance is started, and nothing else is, says what that instance runs.
    for urn, started in users.items():
        if len(started) == 1 and plain_type(started[0].type) in SERVERS:
            found[urn] = started[0].urn
    servers = {urn for urn in found.values() if urn}
    acts = {at.resource.urn: _acted_on(graph, at, servers) for at in made(graph, *REMOTE, DOCKER_CONTAINER)}
    return Hosts({**found, **acts}, many, {name for name in acts.values() if is_urn(name)} - servers)


def _acted_on(graph: Graph, at: Field, servers: AbstractSet[str]) -> str:
    """What identifies the machine that a command or a container runs on."""
    if at.resource.type == _LOCAL:
        return _DEPLOYING
    if at.resource.type != DOCKER_CONTAINER:
        return _named(at["connection"]["host"], servers)
    # A plan names a provider by URN and id, Pulumi's policy host by its URN alone.
    provider = graph.get(at.resource.provider.rpartition("::")[0]) or graph.get(at.resource.provider)
    return "the host of Docker" if provider is None else _named(Field(provider, "", provider.inputs)["host"], servers)


def _named(host: Field, servers: AbstractSet[str]) -> str:
    """A host by its name; one that others tell, such as a server's address, is the only server there is, known or not.

    Of what is hidden besides, only what it waits for tells one host from another; what waits for nothing is one by
    itself.
    """
    told = host.hidden or host.resource.property_dependencies.get(host.path)
    if told and len(servers) == 1:
        return next(iter(servers))
    if isinstance(host.value, Unknown):
        name = host.value.text or ", ".join(host.value.dependencies) or None
    else:
        name = host.text()
    return host.resource.urn if name is None else f"the host {name}".strip()


def _waits(resource: Resource) -> Iterator[str]:
    for urns in resource.property_dependencies.values():
        yield from urns
