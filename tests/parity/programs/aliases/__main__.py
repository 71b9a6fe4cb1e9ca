"""Aliases in every form, on resources, components and their children."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old-vpc")]))


class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Group", name, None, opts)
        aws.s3.Bucket(f"{name}-bucket", opts=pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(parent=None)]))


group = Group("group", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old-group"), pulumi.Alias(type_="shop:old:Group")]))
aws.ec2.Subnet(
    "subnet",
    vpc_id=vpc.id,
    cidr_block="10.0.1.0/24",
    opts=pulumi.ResourceOptions(
        parent=vpc,
        aliases=[
            pulumi.Alias(name="s", parent=group),
            pulumi.Alias(stack="old-stack", project="old-project"),
            "urn:pulumi:dev::aliases::aws:ec2/subnet:Subnet::by-urn",
            pulumi.Alias(parent="urn:pulumi:dev::aliases::shop:index:Gone::gone"),
        ],
    ),
)
