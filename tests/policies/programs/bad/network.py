"""Networks as they should not be, several in one program, each with faults of its own."""

import pulumi_aws as aws

MACHINE = {
    "ami": "ami-0123456789abcdef0",
    "instance_type": "t4g.nano",
    "metadata_options": {"http_tokens": "required"},
    "root_block_device": {"encrypted": True},
}
EVERYWHERE = "0.0.0.0/0"


class Site:
    """A network with a public subnet, in which everything stands that should not."""

    def __init__(self, name, number):
        self.name = name
        self.vpc = aws.ec2.Vpc(name, cidr_block=f"10.{number}.0.0/16")
        self.gateway = aws.ec2.InternetGateway(name, vpc_id=self.vpc.id)
        self.subnets = [
            aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc.id,
                cidr_block=f"10.{number}.{n}.0/24",
                availability_zone=f"eu-west-1{zone}",
            )
            for n, zone in enumerate("ab")
        ]
        self.ids = [each.id for each in self.subnets]

    def main_route(self):
        """The route that all subnets share which say nothing."""
        aws.ec2.DefaultRouteTable(
            self.name,
            default_route_table_id=self.vpc.default_route_table_id,
            routes=[{"cidr_block": EVERYWHERE, "gateway_id": self.gateway.id}],
        )

    def group(self, name, **rules):
        return aws.ec2.SecurityGroup(f"{self.name}-{name}", vpc_id=self.vpc.id, description=name, **rules)


def opening(ports, *blocks, **more):
    first, last = ports
    return {"protocol": "tcp", "from_port": first, "to_port": last, "cidr_blocks": [*blocks], "description": "x", **more}


# Everything in public subnets, by the main table, by one of their own, and by an egress-only gateway.
flat = Site("flat", 11)
flat.main_route()
aws.rds.Instance(
    "flat-db",
    engine="postgres",
    instance_class="db.t4g.small",
    db_subnet_group_name=aws.rds.SubnetGroup("flat-db", subnet_ids=flat.ids).name,
    vpc_security_group_ids=[flat.group("db", ingress=[opening((5432, 5432), "10.0.0.0/8")]).id],
)
aws.elasticache.ReplicationGroup(
    "flat-cache",
    description="x",
    subnet_group_name=aws.elasticache.SubnetGroup("flat-cache", subnet_ids=flat.ids).name,
    security_group_ids=[flat.group("cache", ingress=[opening((5000, 7000), "0.0.0.0/1", "128.0.0.0/1")]).id],
)
aws.ec2.Instance(
    "flat-web",
    subnet_id=flat.ids[0],
    associate_public_ip_address=True,
    vpc_security_group_ids=[flat.group("web", ingress=[opening((20, 25), EVERYWHERE, ipv6_cidr_blocks=["::/0"])]).id],
    **MACHINE,
)
aws.ecs.Service(
    "flat-jobs", network_configuration={"subnets": flat.ids, "security_groups": [flat.group("jobs").id]}
)

six = Site("six", 12)
only_out = aws.ec2.EgressOnlyInternetGateway("six", vpc_id=six.vpc.id)
outward = aws.ec2.RouteTable("six", vpc_id=six.vpc.id)
aws.ec2.Route(
    "six", route_table_id=outward.id, destination_ipv6_cidr_block="::/0", egress_only_gateway_id=only_out.id
)
aws.ec2.RouteTableAssociation("six", subnet_id=six.ids[0], route_table_id=outward.id)
aws.ec2.Instance("six-web", subnet_id=six.ids[0], vpc_security_group_ids=[six.group("web").id], **MACHINE)

# A load balancer and groups that let too much through.
loose = Site("loose", 13)
front = loose.group(
    "front",
    ingress=[opening((80, 80), EVERYWHERE), opening((8080, 8080), EVERYWHERE)],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": [EVERYWHERE], "description": "x"}],
)
aws.lb.LoadBalancer("loose", subnets=loose.ids, security_groups=[front.id])
aws.vpc.SecurityGroupIngressRule(
    "loose-everything", security_group_id=loose.group("open").id, ip_protocol="-1", cidr_ipv4="10.0.0.0/8"
)
mixed = loose.group("mixed", ingress=[opening((443, 443), "10.13.0.0/16")])
aws.ec2.SecurityGroupRule(
    "loose-mixed",
    type="ingress",
    security_group_id=mixed.id,
    protocol="tcp",
    from_port=22,
    to_port=22,
    cidr_blocks=["10.13.0.0/16"],
)
aws.ec2.NetworkAcl(
    "loose",
    vpc_id=loose.vpc.id,
    ingress=[
        {"rule_no": 1, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": EVERYWHERE}
    ],
)
aws.ec2.Subnet(
    "loose-handing-out", vpc_id=loose.vpc.id, cidr_block="10.13.9.0/24", map_public_ip_on_launch=True
)

# A web server that pretends to forward for others.
guise = Site("guise", 14)
aws.ec2.RouteTableAssociation(
    "guise-front",
    subnet_id=guise.ids[0],
    route_table_id=aws.ec2.RouteTable(
        "guise-front", vpc_id=guise.vpc.id, routes=[{"cidr_block": EVERYWHERE, "gateway_id": guise.gateway.id}]
    ).id,
)
pretender = aws.ec2.Instance(
    "guise-nat",
    subnet_id=guise.ids[0],
    source_dest_check=False,
    vpc_security_group_ids=[guise.group("nat", ingress=[opening((443, 443), EVERYWHERE)]).id],
    tags={"Name": "nat"},
    **MACHINE,
)
aws.ec2.Eip("guise-nat", domain="vpc", instance=pretender.id)
back = aws.ec2.RouteTable("guise-back", vpc_id=guise.vpc.id)
aws.ec2.Route(
    "guise-back",
    route_table_id=back.id,
    destination_cidr_block=EVERYWHERE,
    network_interface_id=pretender.primary_network_interface_id,
)
aws.ec2.RouteTableAssociation("guise-back", subnet_id=guise.ids[1], route_table_id=back.id)

# What says nothing of a network stands in the region's default one.
aws.ec2.Instance("nowhere", **MACHINE)
