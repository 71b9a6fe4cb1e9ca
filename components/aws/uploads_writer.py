"""Who writes uploads from outside AWS, where no machine has a role."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.iam import keeping_uploads


class UploadsWriterArgs(TypedDict):
    """The bucket that is written."""

    bucket_arn: pulumi.Input[str]
    """Its ARN."""


class UploadsWriter(pulumi.ComponentResource):
    """Guarantees a user of IAM that can do nothing but keep files in the one bucket, with a key and no password.

    A key does not end by itself: `pulumi up --replace` of it makes another one, which the next release brings.
    """

    key_id: pulumi.Output[str]
    """The key's id, for AWS_ACCESS_KEY_ID."""
    secret_key: pulumi.Output[str]
    """The key, secret, for AWS_SECRET_ACCESS_KEY."""

    def __init__(self, name: str, args: UploadsWriterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:UploadsWriter", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        user = aws.iam.User(f"{name}-user", force_destroy=False, tags={"Name": name}, opts=child)
        aws.iam.UserPolicy(
            f"{name}-files",
            user=user.name,
            policy=pulumi.Output.from_input(args["bucket_arn"]).apply(keeping_uploads),
            opts=child,
        )
        key = aws.iam.AccessKey(f"{name}-key", user=user.name, opts=child)
        self.key_id = key.id
        self.secret_key = pulumi.Output.secret(key.secret)
        self.register_outputs({"keyId": self.key_id, "secretKey": self.secret_key})
