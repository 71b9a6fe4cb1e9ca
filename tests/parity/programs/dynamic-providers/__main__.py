"""A dynamic provider, whose code travels as an input."""

import pulumi
import pulumi_aws as aws
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Greeter(ResourceProvider):
    def create(self, props):
        return CreateResult("greeting", {**props, "text": f"hello {props['name']}"})


class Greeting(Resource):
    text: pulumi.Output[str]

    def __init__(self, name, whom, opts=None):
        super().__init__(Greeter(), name, {"name": whom, "text": None}, opts)


vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
greeting = Greeting("greeting", vpc.id)
aws.s3.Bucket("bucket", tags={"text": greeting.text})
pulumi.export("text", greeting.text)
