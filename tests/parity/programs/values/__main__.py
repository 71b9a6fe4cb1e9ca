"""Every kind of value as an input and as an output."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"a": "b", "hidden": pulumi.Output.secret("hush-hush"), "at": pulumi.Output.secret("redis://:hush-hush@cache"), "none": None, "dotted.key/x": "y"})
aws.s3.Bucket("hidden", bucket=pulumi.Output.secret(vpc.arn), tags=pulumi.Output.secret({"id": vpc.id, "known": "quiet-please"}))
aws.s3.BucketObject("text", bucket="b", source=pulumi.StringAsset("hello"))
aws.s3.BucketObject("file", bucket="b", source=pulumi.FileAsset("code/index.js"))
aws.lambda_.Function("folder", role="r", runtime="nodejs22.x", handler="i.h", code=pulumi.FileArchive("./code"))
aws.lambda_.Function(
    "made",
    role="r",
    runtime="nodejs22.x",
    handler="i.h",
    code=pulumi.AssetArchive({"a.js": pulumi.StringAsset("a"), "lib": pulumi.AssetArchive({"b.js": pulumi.FileAsset("code/index.js")})}),
)


class Holder(pulumi.ComponentResource):
    def __init__(self, name, props, opts=None):
        super().__init__("shop:index:Holder", name, props, opts)


Holder("holder", {"resource": vpc, "number": 1.5, "whole": 2, "flag": False, "list": [1, None, vpc.id], "nested": {"deep": [{"id": vpc.id}]}, "text": ""})
pulumi.export("everything", {"id": vpc.id, "list": [1, 2.5, None, {"arn": vpc.arn}], "flag": True, "empty": "", "none": None})
pulumi.export("hidden", pulumi.Output.secret("s3cret-value"))
pulumi.export("hidden-unknown", pulumi.Output.secret(vpc.id))
pulumi.export("resource", vpc)
pulumi.export("unsecret", pulumi.Output.unsecret(pulumi.Output.secret("shown")))
