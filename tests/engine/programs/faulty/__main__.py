"""Seven resources of two packages, without an SDK, so that it starts fast."""

import pulumi


class Thing(pulumi.CustomResource):
    """Any resource."""

    def __init__(self, kind: str, name: str, inputs: dict[str, object], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(kind, name, inputs, opts)


size = pulumi.Config().require("size")
vpc = Thing("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"size": size}})
for number in range(3):
    subnet = {"vpcId": vpc.id, "cidrBlock": f"10.0.{number}.0/24"}
    Thing("aws:ec2/subnet:Subnet", f"subnet-{number}", subnet)
Thing("aws:ec2/internetGateway:InternetGateway", "gateway", {"vpcId": vpc.id})
Thing("random:index/randomPet:RandomPet", "pet", {"length": 2})
