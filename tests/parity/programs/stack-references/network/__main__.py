"""The stack that is referred to."""

import pulumi

pulumi.export("vpcId", "vpc-0aaa")
pulumi.export("token", pulumi.Output.secret("not-for-plans"))
pulumi.export("zones", ["a", "b"])
