"""Components hand providers down by package, as a map, as a list, and override them half-way."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random


class Inner(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Inner", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=child)
        random.RandomId(name, byte_length=4, opts=child)


class Outer(pulumi.ComponentResource):
    def __init__(self, name, inner=None, opts=None):
        super().__init__("shop:index:Outer", name, None, opts)
        Inner(f"{name}-inner", pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), inner))


east = aws.Provider("east", region="us-east-1")
west = aws.Provider("west", region="us-west-2")
ids = random.Provider("ids")
Outer("by-map", opts=pulumi.ResourceOptions(providers={"aws": east, "random": ids}))
Outer("by-list", opts=pulumi.ResourceOptions(providers=[west]))
Outer("single", opts=pulumi.ResourceOptions(provider=west))
Outer("overridden", inner=pulumi.ResourceOptions(providers=[west]), opts=pulumi.ResourceOptions(providers=[east, ids]))
Outer("plain")
