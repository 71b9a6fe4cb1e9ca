"""The virtual network: public, compute and data subnets in each zone."""

import json
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.subnets import Tier, subnet_cidr
from config.aws import Nat

ANYWHERE = "0.0.0.0/0"
_LOG_DAYS = 90


class NetworkArgs(TypedDict):
    """What the network is made from."""

    cidr: str
    """Its private IPv4 block, /16 to /22."""
    zones: list[str]
    """The names of its availability zones, two or three of one region. A single NAT gateway stands in the first."""
    nat: Nat
    """How compute subnets reach the internet."""
    flow_logs: bool
    """Whether every connection is logged, for 90 days."""


class Network(pulumi.ComponentResource):
    """Guarantees three tiers: public faces the internet, compute only leaves by NAT, data has no way in or out."""

    vpc_id: pulumi.Output[str]
    """The id of the VPC."""
    public_subnet_ids: dict[str, pulumi.Output[str]]
    """The public subnets' ids by zone: for load balancers."""
    compute_subnet_ids: dict[str, pulumi.Output[str]]
    """The compute subnets' ids by zone: private, with a way out through NAT."""
    data_subnet_ids: dict[str, pulumi.Output[str]]
    """The data subnets' ids by zone: without any route to the internet."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Network", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = self._make_vpc()
        self._gateway = aws.ec2.InternetGateway(
            f"{name}-internet", vpc_id=self._vpc.id, tags={"Name": name}, opts=self._child
        )
        public = self._make_public_subnets()
        compute, tables = self._make_compute_subnets(self._make_nat_gateways(public))
        data = self._make_data_subnets()
        # S3 by way of the endpoint costs nothing; by way of NAT every gigabyte does.
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=self._vpc.id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{args['zones'][0][:-1]}.s3",
            route_table_ids=[table.id for table in tables.values()],
            tags={"Name": f"{name}-s3"},
            opts=self._child,
        )
        if args["flow_logs"]:
            self._make_flow_log()
        self.vpc_id = self._vpc.id
        self.public_subnet_ids = {zone: subnet.id for zone, subnet in public.items()}
        self.compute_subnet_ids = {zone: subnet.id for zone, subnet in compute.items()}
        self.data_subnet_ids = {zone: subnet.id for zone, subnet in data.items()}
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "computeSubnetIds": self.compute_subnet_ids,
                "dataSubnetIds": self.data_subnet_ids,
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
        aws.ec2.DefaultSecurityGroup(
            f"{self._prefix}-default",
            vpc_id=vpc.id,
            tags={"Name": f"{self._prefix}-default-closed"},
            opts=self._child,
        )
        return vpc

    def _make_subnets(self, tier: Tier) -> dict[str, aws.ec2.Subnet]:
        role = tier.name.lower()
        # AWS makes no load balancer and no NAT gateway in a public subnet before the internet gateway is attached.
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

    def _make_nat_gateways(self, public: dict[str, aws.ec2.Subnet]) -> dict[str, aws.ec2.NatGateway]:
        """The NAT gateway that serves each zone."""
        zones = self._args["zones"]
        standing = zones[:1] if self._args["nat"] == Nat.SINGLE else zones
        gateways = {zone: self._make_nat_gateway(zone, public[zone]) for zone in standing}
        return {zone: gateways.get(zone, gateways[standing[0]]) for zone in zones}

    def _make_nat_gateway(self, zone: str, subnet: aws.ec2.Subnet) -> aws.ec2.NatGateway:
        role = f"{self._prefix}-nat-{zone}"
        address = aws.ec2.Eip(role, domain="vpc", tags={"Name": role}, opts=self._child)
        return aws.ec2.NatGateway(
            role, allocation_id=address.allocation_id, subnet_id=subnet.id, tags={"Name": role}, opts=self._child
        )

    def _make_compute_subnets(
        self, gateways: dict[str, aws.ec2.NatGateway]
    ) -> tuple[dict[str, aws.ec2.Subnet], dict[str, aws.ec2.RouteTable]]:
        """The subnets and each zone's route table: traffic leaves by the zone's own gateway where it has one."""
        subnets = self._make_subnets(Tier.COMPUTE)
        tables = {zone: self._make_table(f"compute-{zone}", {zone: subnet}) for zone, subnet in subnets.items()}
        for zone, table in tables.items():
            aws.ec2.Route(
                f"{self._prefix}-compute-{zone}-nat",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=gateways[zone].id,
                opts=self._child,
            )
        return subnets, tables

    def _make_data_subnets(self) -> dict[str, aws.ec2.Subnet]:
        subnets = self._make_subnets(Tier.DATA)
        self._make_table("data", subnets)
        return subnets

    def _make_flow_log(self) -> None:
        role_name = f"{self._prefix}-flow-log"
        group = aws.cloudwatch.LogGroup(
            role_name, retention_in_days=_LOG_DAYS, tags={"Name": role_name}, opts=self._child
        )
        role = aws.iam.Role(
            role_name,
            description="Lets VPC flow logs write to their own log group",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            tags={"Name": role_name},
            opts=self._child,
        )
        policy = aws.iam.RolePolicy(role_name, role=role.id, policy=group.arn.apply(_writing_policy), opts=self._child)
        aws.ec2.FlowLog(
            role_name,
            vpc_id=self._vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": role_name},
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[policy])),
        )


def _writing_policy(log_group_arn: str) -> str:
    """The policy that lets its holder write to one log group."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": [log_group_arn, f"{log_group_arn}:*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
