"""A network, and a component in a component; everything is tagged by an explicit provider."""

import pulumi
import pulumi_aws as aws


class Shelf(pulumi.ComponentResource):
    """A security group, its name made by Pulumi."""

    def __init__(self, name: str, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Shelf", name, {}, opts)
        self.group = aws.ec2.SecurityGroup(f"{name}-group", vpc_id=vpc_id, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"groupId": self.group.id})


class Store(pulumi.ComponentResource):
    """A topic, a bucket whose name is given, and a shelf."""

    def __init__(self, name: str, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Store", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.topic = aws.sns.Topic(name, opts=child)
        self.bucket = aws.s3.Bucket(name, bucket="shop-store", opts=child)
        self.shelf = Shelf(f"{name}-shelf", vpc_id, child)
        self.register_outputs({"topicArn": self.topic.arn})


provider = aws.Provider(
    "us-east-1",
    region="us-east-1",
    default_tags=aws.ProviderDefaultTagsArgs(tags={"application": "shop", "environment": "development"}),
)
placed = pulumi.ResourceOptions(providers=[provider])
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider))
store = Store("store", vpc.id, placed)
pulumi.export("groupId", store.shelf.group.id)
pulumi.export("groupName", store.shelf.group.name)
