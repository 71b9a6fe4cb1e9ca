"""The one way from one security group to another, and the ways out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True, slots=True)
class End:
    """One of the two security groups of a connection."""

    security_group_id: pulumi.Input[str]
    """The group's id."""
    role: str
    """What it is to the component, such as clients: the rules' logical names are made from it and never change."""
    called: str
    """How the other group's rule speaks of it, such as: the load balancer."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What one security group may open to another: one TCP port."""

    carries: str
    """What goes over it, such as: Redis over TLS. Both rules' descriptions begin with it."""
    port: int
    """The port at the target."""
    source: End
    """Who connects."""
    target: End
    """Who is connected to."""


@dataclass(frozen=True, slots=True)
class Listener:
    """What clients connect to."""

    carries: str
    """What goes over it, as in `Connection`."""
    port: int
    """Its port."""
    role: str
    """What it is to its component, as in `End`."""


def client_groups(
    name: str, vpc_id: pulumi.Input[str], listener: Listener, child: pulumi.ResourceOptions
) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
    """The group of something that listens, its clients' group, and the one way between them.

    Clients join a group instead of being listed, so what they connect to stays as it is whoever they are.
    """
    own = aws.ec2.SecurityGroup(
        f"{name}-sg",
        vpc_id=vpc_id,
        description=f"{name}: reached by its clients only",
        tags={"Name": name},
        opts=child,
    )
    clients = aws.ec2.SecurityGroup(
        f"{name}-clients-sg",
        vpc_id=vpc_id,
        description=f"Members may connect to {name}",
        tags={"Name": f"{name}-clients"},
        opts=child,
    )
    source, target = End(clients.id, "clients", "clients"), End(own.id, listener.role, name)
    connect(name, Connection(listener.carries, listener.port, source, target), child)
    return own, clients


def connect(name: str, connection: Connection, child: pulumi.ResourceOptions) -> None:
    """Both halves of the way: into the target as `<name>-from-<source>`, out of the source as `<name>-to-<target>`.

    They are standalone rules of groups without a rule of their own, so without them nothing passes either way, and a
    connection can be taken away without touching either group.
    """
    port, source, target = connection.port, connection.source, connection.target
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-from-{source.role}",
        security_group_id=target.security_group_id,
        referenced_security_group_id=source.security_group_id,
        description=f"{connection.carries} from {source.called}",
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags={"Name": f"{name}-from-{source.role}"},
        opts=child,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-to-{target.role}",
        security_group_id=source.security_group_id,
        referenced_security_group_id=target.security_group_id,
        description=f"{connection.carries} to {target.called}",
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags={"Name": f"{name}-to-{target.role}"},
        opts=child,
    )


def ways_out(
    name: str, ports: dict[str, int], own: pulumi.Input[str], child: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """The rules by which members of a security group may connect to TCP ports outside, by what is there."""
    return [
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-{role}",
            security_group_id=own,
            cidr_ipv4="0.0.0.0/0",
            description=f"To {role} outside",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags={"Name": f"{name}-to-{role}"},
            opts=child,
        )
        for role, port in ports.items()
    ]
