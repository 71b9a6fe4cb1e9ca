"""The virtual network: public, compute and data subnets in each zone."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.endpoints import interface_endpoints, let_out_to_s3, s3_endpoint
from components.aws.flow_logs import log_flows
from components.aws.nat_gateways import lead_out_by_gateways
from components.aws.nat_instance import NatMachine, lead_out_by_instance, make_nat_instance
from components.aws.subnets import ANYWHERE, Tier, subnet_cidr
from config.aws import Egress


class EgressArgs(TypedDict):
    """How compute subnets reach what is outside the network."""

    kind: Egress
    """By NAT gateways, by one NAT instance, or not at all."""
    per_zone: NotRequired[bool]
    """For NAT gateways: whether each zone has its own, which is so unless this is false; else one is in the first."""
    image_id: NotRequired[pulumi.Input[str]]
    """For a NAT instance: the id of an AMI of Ubuntu."""
    instance_type: NotRequired[str]
    """For a NAT instance: its EC2 instance type, of the image's architecture."""


class NetworkArgs(TypedDict):
    """What the network is made from."""

    region: str
    """The AWS region."""
    cidr: str
    """Its private IPv4 block, /16 to /22."""
    zones: list[str]
    """The names of its availability zones, two or three of the region. What there is one of stands in the first."""
    egress: EgressArgs
    """How compute subnets reach what is outside."""
    endpoints: list[str]
    """AWS services such as secretsmanager that compute subnets reach without a way out. Made where that is the case:
    elsewhere NAT leads to all of them, and each costs by the hour and zone."""
    flow_logs: bool
    """Whether every connection is logged, for 90 days."""
    tags: dict[str, str]
    """Tags for a NAT instance and its disk, which the provider's default tags do not reach."""


class Network(pulumi.ComponentResource):
    """Guarantees three tiers: public faces the internet, compute leaves by NAT or not at all, data has no way out."""

    vpc_id: pulumi.Output[str]
    """The id of the VPC."""
    public_subnet_ids: dict[str, pulumi.Output[str]]
    """The public subnets' ids by zone: for load balancers."""
    compute_subnet_ids: dict[str, pulumi.Output[str]]
    """The compute subnets' ids by zone: private, with a way out through NAT at most."""
    data_subnet_ids: dict[str, pulumi.Output[str]]
    """The data subnets' ids by zone: without any route out of the network."""
    outgoing_addresses: dict[str, pulumi.Output[str]]
    """The public addresses from which compute subnets are seen, by the zone where each stands: for lists of who may
    connect. None where there is no way out."""
    endpoint_client_security_group_ids: dict[str, pulumi.Output[str]]
    """Where there is no way out, by the key `endpoints`: the security group whose members reach the endpoints and S3,
    on port 443. Empty elsewhere."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Network", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = self._make_vpc()
        self._gateway = aws.ec2.InternetGateway(
            f"{name}-internet", vpc_id=self._vpc.id, tags={"Name": name}, opts=self._child
        )
        public = self._make_public_subnets()
        compute = self._make_subnets(Tier.COMPUTE)
        tables = {zone: self._make_table(f"compute-{zone}", {zone: subnet}) for zone, subnet in compute.items()}
        data = self._make_subnets(Tier.DATA)
        self._make_table("data", data)
        # Not for the data table: what lives there calls nobody, and a way to S3 is a way out for what is kept there.
        s3 = s3_endpoint(name, args["region"], self._vpc.id, tables, self._child)
        if args["flow_logs"]:
            log_flows(name, self._vpc.id, self._child)
        self.vpc_id = self._vpc.id
        self.public_subnet_ids = {zone: subnet.id for zone, subnet in public.items()}
        self.compute_subnet_ids = {zone: subnet.id for zone, subnet in compute.items()}
        self.data_subnet_ids = {zone: subnet.id for zone, subnet in data.items()}
        self.outgoing_addresses = self._make_way_out(public, tables)
        self.endpoint_client_security_group_ids = self._make_endpoints(compute, s3)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "computeSubnetIds": self.compute_subnet_ids,
                "dataSubnetIds": self.data_subnet_ids,
                "outgoingAddresses": self.outgoing_addresses,
                "endpointClientSecurityGroupIds": self.endpoint_client_security_group_ids,
            }
        )

    def _make_vpc(self) -> aws.ec2.Vpc:
        vpc = aws.ec2.Vpc(
            f"{self._prefix}-vpc",
            cidr_block=self._args["cidr"],
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": self._prefix},
            opts=self._child,
        )
        # Adopting it without rules takes away those that AWS gives it: whatever lands in it by mistake is cut off.
        # The default network ACL stays as AWS makes it: security groups say already who reaches whom, and a list that
        # remembers no connection would have to let every answer's port in again.
        aws.ec2.DefaultSecurityGroup(
            f"{self._prefix}-default",
            vpc_id=vpc.id,
            tags={"Name": f"{self._prefix}-default-closed"},
            opts=self._child,
        )
        return vpc

    def _make_subnets(self, tier: Tier) -> dict[str, aws.ec2.Subnet]:
        role = tier.name.lower()
        # AWS makes no load balancer and gives no public address in a subnet before the internet gateway is attached.
        after = pulumi.ResourceOptions(depends_on=[self._gateway] if tier is Tier.PUBLIC else None)
        return {
            zone: aws.ec2.Subnet(
                f"{self._prefix}-{role}-{zone}",
                vpc_id=self._vpc.id,
                availability_zone=zone,
                cidr_block=subnet_cidr(self._args["cidr"], tier, zone),
                map_public_ip_on_launch=False,
                tags={"Name": f"{self._prefix}-{role}-{zone}"},
                opts=pulumi.ResourceOptions.merge(self._child, after),
            )
            for zone in self._args["zones"]
        }

    def _make_table(self, role: str, subnets: dict[str, aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        """A route table for these subnets, with no route but the network's own."""
        table = aws.ec2.RouteTable(
            f"{self._prefix}-{role}", vpc_id=self._vpc.id, tags={"Name": f"{self._prefix}-{role}"}, opts=self._child
        )
        tier = role.partition("-")[0]
        for zone, subnet in subnets.items():
            aws.ec2.RouteTableAssociation(
                f"{self._prefix}-{tier}-{zone}", route_table_id=table.id, subnet_id=subnet.id, opts=self._child
            )
        return table

    def _make_public_subnets(self) -> dict[str, aws.ec2.Subnet]:
        subnets = self._make_subnets(Tier.PUBLIC)
        table = self._make_table("public", subnets)
        aws.ec2.Route(
            f"{self._prefix}-public-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self._gateway.id,
            opts=self._child,
        )
        return subnets

    def _make_way_out(
        self, public: dict[str, aws.ec2.Subnet], tables: dict[str, aws.ec2.RouteTable]
    ) -> dict[str, pulumi.Output[str]]:
        """Whatever leads out of the compute subnets, and its public addresses by zone."""
        egress, first = self._args["egress"], self._args["zones"][0]
        if egress["kind"] == Egress.NAT_GATEWAY:
            standing = public if egress.get("per_zone", True) else {first: public[first]}
            return lead_out_by_gateways(self._prefix, standing, tables, self._child)
        if egress["kind"] == Egress.NAT_INSTANCE:
            machine = _nat_machine(self._args)
            instance = make_nat_instance(self._prefix, machine, self._vpc.id, public[first].id, self._child)
            return {first: lead_out_by_instance(self._prefix, instance, tables, self._child)}
        return {}

    def _make_endpoints(
        self, compute: dict[str, aws.ec2.Subnet], s3: aws.ec2.VpcEndpoint
    ) -> dict[str, pulumi.Output[str]]:
        """The way to AWS where there is no way out, as the security group whose members may take it."""
        if self._args["egress"]["kind"] != Egress.NONE:
            return {}
        services = {service: f"com.amazonaws.{self._args['region']}.{service}" for service in self._args["endpoints"]}
        clients = interface_endpoints(self._prefix, services, self._vpc.id, compute, self._child)
        let_out_to_s3(self._prefix, clients, s3, self._child)
        return {"endpoints": clients.id}


def _nat_machine(args: NetworkArgs) -> NatMachine:
    egress = args["egress"]
    if "image_id" not in egress or "instance_type" not in egress:
        raise ValueError(
            f"{sorted(egress)}: a NAT instance needs an image and a type; give `image_id` and `instance_type` too"
        )
    return NatMachine(
        image_id=egress["image_id"],
        instance_type=egress["instance_type"],
        tags=args["tags"],
        cidr=args["cidr"],
        clients={zone: subnet_cidr(args["cidr"], Tier.COMPUTE, zone) for zone in args["zones"]},
    )
