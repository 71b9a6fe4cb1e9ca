from components.aws.scheduled_task import ScheduledTask, ScheduledTaskArgs

ACCOUNT = "arn:aws:iam::123456789012"
digest: ScheduledTaskArgs = {
    "region": "us-east-1",
    "account_ids": ["123456789012"],
    "expression": "cron(0 3 * * ? *)",
    "timezone": "Europe/Berlin",
    "start_within": 900,
    "cluster_arn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
    "family": "shop-prod-web",
    "task_definition_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-prod-web:7",
    "role_arns": {"starting": f"{ACCOUNT}:role/web-start", "own": f"{ACCOUNT}:role/web-task"},
    "container": "web",
    "command": ["npm", "run", "digest"],
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "security_group_ids": {"tasks": "sg-web", "cache": "sg-cache-clients"},
    "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms",
}


def make(guarded):
    ScheduledTask("scheduled", digest)
    ScheduledTask("scheduled-quietly", quiet())
    ScheduledTask("guarded-scheduled", digest, guarded("scheduled"))


def quiet() -> ScheduledTaskArgs:
    """One of any account, of which nobody is told."""
    args: ScheduledTaskArgs = {**digest, "account_ids": [], "expression": "rate(15 minutes)"}
    del args["alarm_topic_arn"]
    return args
