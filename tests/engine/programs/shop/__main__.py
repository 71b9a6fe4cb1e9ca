"""A network with a component in it, and a password."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random


class Shelf(pulumi.ComponentResource):
    """A subnet and its password."""

    def __init__(self, name: str, vpc: aws.ec2.Vpc, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Shelf", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.password = random.RandomPassword(f"{name}-password", length=16, opts=child).result
        self.subnet = aws.ec2.Subnet(f"{name}-subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24", opts=child)
        self.register_outputs({"subnetId": self.subnet.id})


settings = pulumi.Config()
vpc = aws.ec2.Vpc("vpc", cidr_block=settings.get("cidr") or "10.0.0.0/16", tags={"shop": "yes"})
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
shelf = Shelf("shelf", vpc)
pulumi.export("vpcId", vpc.id)
pulumi.export("groupName", group.name)
pulumi.export("password", shelf.password)
