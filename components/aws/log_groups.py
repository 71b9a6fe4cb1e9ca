"""Where the output of services on machines goes."""

import pulumi
import pulumi_aws as aws


def log_group(prefix: str, physical: str, days: int, child: pulumi.ResourceOptions) -> aws.cloudwatch.LogGroup:
    """A log group that keeps its lines for some days.

    Its physical name is given, unlike all others: a machine must know it before deployment, for its script is known
    then. So it exists before the first machine starts; else the agent there would make one that keeps lines for ever.
    """
    return aws.cloudwatch.LogGroup(
        f"{prefix}-logs", name=physical, retention_in_days=days, tags={"Name": f"{prefix}-logs"}, opts=child
    )
