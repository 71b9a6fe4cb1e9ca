"""The log of every connection in a network."""

import pulumi
import pulumi_aws as aws

from components.aws.iam import policy_document, trust

_DAYS = 90


def log_flows(name: str, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions) -> None:
    """Every connection of the network, let through or not, kept for 90 days in a log group of its own."""
    role_name = f"{name}-flow-log"
    group = aws.cloudwatch.LogGroup(role_name, retention_in_days=_DAYS, tags={"Name": role_name}, opts=child)
    role = aws.iam.Role(
        role_name,
        description="Lets VPC flow logs write to their own log group",
        assume_role_policy=trust("vpc-flow-logs.amazonaws.com"),
        tags={"Name": role_name},
        opts=child,
    )
    policy = aws.iam.RolePolicy(role_name, role=role.id, policy=group.arn.apply(_writing_policy), opts=child)
    aws.ec2.FlowLog(
        role_name,
        vpc_id=vpc_id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        tags={"Name": role_name},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[policy])),
    )


def _writing_policy(log_group_arn: str) -> str:
    """The policy that lets its holder write to one log group."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
    return policy_document({"Effect": "Allow", "Action": actions, "Resource": [log_group_arn, f"{log_group_arn}:*"]})
