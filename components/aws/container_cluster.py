"""Where the tasks of all services run, and what is kept of what people type into them."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.iam import governed_by, policy_document


class ContainerClusterArgs(TypedDict):
    """What the cluster is made from."""

    shell: bool
    """Whether people may open a shell in tasks (ECS Exec). Sessions then go into a log under a key of its own, where
    the image has `script` and `cat`."""
    region: str
    """The AWS region."""
    log_days: int
    """Days that the log of sessions is kept; one of the numbers that CloudWatch knows."""


class ContainerCluster(pulumi.ComponentResource):
    """Guarantees that containers are measured, and that shells in them are encrypted and have an encrypted log.

    What is typed gets into it only where the image has `script` and `cat`: a shell opens without them too.
    """

    arn: pulumi.Output[str]
    """The cluster's ARN, known once the cluster can run tasks."""
    cluster_name: pulumi.Output[str]
    """The cluster's name."""
    shell_arns: dict[str, pulumi.Output[str]]
    """What tasks must be allowed to use so that a session can be logged: the ARNs of the `key` and of the `log`. Empty
    where nobody opens a shell."""

    def __init__(self, name: str, args: ContainerClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:ContainerCluster", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        key, log = _session_log(name, args, child) if args["shell"] else (None, None)
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")],
            configuration=_configuration(key, log),
            tags={"Name": name},
            opts=child,
        )
        capacity = aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            default_capacity_provider_strategies=[
                aws.ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider="FARGATE", weight=1
                )
            ],
            opts=child,
        )
        # No task starts before the cluster has its capacity, and none may be left when that goes.
        self.arn = pulumi.Output.all(cluster.arn, capacity.id).apply(lambda known: known[0])
        self.cluster_name = cluster.name
        self.shell_arns = {"key": key.arn, "log": log.arn} if key and log else {}
        self.register_outputs({"arn": self.arn, "clusterName": self.cluster_name, "shellArns": self.shell_arns})


def _session_log(
    name: str, args: ContainerClusterArgs, child: pulumi.ResourceOptions
) -> tuple[aws.kms.Key, aws.cloudwatch.LogGroup]:
    """The key that sessions are encrypted with, on the way and in their log, and the log."""
    shell = f"{name}-shell"
    key = aws.kms.Key(
        shell,
        description=f"{name}: shell sessions and their log",
        enable_key_rotation=True,
        deletion_window_in_days=30,  # the log cannot be read without it
        tags={"Name": shell},
        opts=child,
    )
    policy = aws.kms.KeyPolicy(
        shell,
        key_id=key.id,
        policy=key.arn.apply(lambda arn: key_policy(arn, args["region"], shell)),
        opts=child,
    )
    log = aws.cloudwatch.LogGroup(
        shell,
        retention_in_days=args["log_days"],
        kms_key_id=key.arn,
        tags={"Name": shell},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[policy])),
    )
    return key, log


def key_policy(arn: str, region: str, log: str) -> str:
    """IAM of the account governs the key; CloudWatch may use it for the log group of this name in account and region.

    `arn` is the key's own: it tells the account, which a component does not look up. `log` is the name in the program:
    what Pulumi adds to it is known only with the log group, which is made after this.
    """
    account = arn.split(":")[4]
    return policy_document(
        governed_by(account),
        {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "Resource": "*",
            "Condition": {
                "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:log-group:{log}*"}
            },
        },
    )


def _configuration(
    key: aws.kms.Key | None, log: aws.cloudwatch.LogGroup | None
) -> "aws.ecs.ClusterConfigurationArgs | None":
    if key is None or log is None:
        return None
    return aws.ecs.ClusterConfigurationArgs(
        execute_command_configuration=aws.ecs.ClusterConfigurationExecuteCommandConfigurationArgs(
            kms_key_id=key.arn,
            logging="OVERRIDE",
            log_configuration=aws.ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs(
                cloud_watch_encryption_enabled=True, cloud_watch_log_group_name=log.name
            ),
        )
    )
