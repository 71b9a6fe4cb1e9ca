"""What the machines of a service may do in AWS."""

import json

import pulumi
import pulumi_aws as aws

# Session Manager's least (AWS Systems Manager user guide, "Add Session Manager permissions"): a shell without SSH or a
# bastion. Amazon's own AmazonSSMManagedInstanceCore would also read every parameter of the account.
_SHELL = {
    "Effect": "Allow",
    "Action": [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "Resource": "*",
}
_METRICS = {
    "Effect": "Allow",
    "Action": "cloudwatch:PutMetricData",
    "Resource": "*",
    "Condition": {"StringEquals": {"cloudwatch:namespace": "CWAgent"}},
}
# The agent puts the group's name on its metrics, which only this call tells it.
_OWN_GROUP = {"Effect": "Allow", "Action": "ec2:DescribeTags", "Resource": "*"}
_TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def machine_profile(
    name: str, region: str, parameter_path: str, child: pulumi.ResourceOptions
) -> aws.iam.InstanceProfile:
    """An instance profile that may open a shell session, send metrics and read its own parameters, and no more."""
    own = {
        "Effect": "Allow",
        "Action": "ssm:GetParametersByPath",
        "Resource": f"arn:aws:ssm:{region}:*:parameter{parameter_path}",
    }
    role = aws.iam.Role(
        f"{name}-machine",
        description=f"What the machines of {name} may do",
        assume_role_policy=_policy(_TRUST),
        tags={"Name": name},
        opts=child,
    )
    aws.iam.RolePolicy(f"{name}-machine", role=role.id, policy=_policy(_SHELL, _METRICS, _OWN_GROUP, own), opts=child)
    return aws.iam.InstanceProfile(f"{name}-machine", role=role.id, tags={"Name": name}, opts=child)


def _policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
