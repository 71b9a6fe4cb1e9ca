"""Transforms of a resource, of a component for its children, of the stack, and of functions."""

import pulumi
import pulumi_aws as aws


def tag(key):
    def transform(args):
        if args.type_.startswith("aws:ec2"):
            props = {**args.props, "tags": {**(args.props.get("tags") or {}), key: "yes"}}
            return pulumi.ResourceTransformResult(props=props, opts=args.opts)
        return None

    return transform


def protect(args):
    return pulumi.ResourceTransformResult(
        props=args.props, opts=pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=True, ignore_changes=["tags"]))
    )


pulumi.runtime.register_stack_transform(tag("stack"))


def rename(args):
    return pulumi.InvokeTransformResult(args={**args.args, "serviceName": "ec2.transformed"}, opts=args.opts)


pulumi.runtime.register_invoke_transform(rename)


class Network(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Network", name, None, opts)
        self.vpc = aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(parent=self))


network = Network("network", pulumi.ResourceOptions(transforms=[tag("component")]))
aws.ec2.Subnet(
    "subnet",
    vpc_id=network.vpc.id,
    cidr_block="10.0.1.0/24",
    opts=pulumi.ResourceOptions(transforms=[tag("own"), protect], depends_on=[network]),
)
aws.s3.Bucket("untouched", tags={"vpc": network.vpc.id}, opts=pulumi.ResourceOptions(transforms=[tag("own")]))
pulumi.export("principal", aws.iam.get_policy_document_output(statements=[]).json)
