from components.aws.fargate_service import FargateService, FargateServiceArgs

fargate: FargateServiceArgs = {
    "region": "us-east-1",
    "account_ids": ["123456789012"],
    "cluster_arn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
    "cluster_name": "shop",
    "family": "shop-prod-web",
    "container": "web",
    "image": f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:{'0' * 64}",
    "architecture": "arm64",
    "command": ["node", "dist/index.js"],
    "cpu_units": 512,
    "memory_mib": 1024,
    "port": 3001,
    "health_path": "/health",
    "environment": {"PORT": "3001", "LEVEL": "info"},
    "secrets": {
        "COOKIE_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cookie-1",
        "DATABASE_URL": "arn:aws:secretsmanager:us-east-1:123456789012:secret:url-1",
    },
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "memberships": {"cache": "sg-cache-clients"},
    "egress_ports": {"https": 443, "database": 5432},
    "front_door": {
        "security_group_id": "sg-lb",
        "target_group_arn": "arn:tg",
        "target_group_arn_suffix": "targetgroup/web/1",
        "load_balancer_arn_suffix": "app/lb/1",
    },
    "min": 2,
    "max": 5,
    "cpu_target": 70.0,
    "memory_target": 80.0,
    "requests_target": 1000,
    "spot": True,
    "stop_seconds": 120,
    "registry_arn": "arn:aws:ecr:us-east-1:123456789012:repository/shop",
    "uploads_bucket_arn": "arn:aws:s3:::shop-uploads",
    "shell": {
        "key_arn": "arn:aws:kms:us-east-1:123456789012:key/1",
        "log_arn": "arn:aws:logs:us-east-1:123456789012:log-group:shell",
    },
    "migration": ["npm", "run", "migrate"],
    "sessions": ["node", "sessions.mjs"],
    "after": {},
    "metric_namespace": "shop",
    "log_days": 30,
}


def make(guarded):
    FargateService("fargate", fargate)
    FargateService("fargate-worker", worker())
    FargateService("fargate-sessions", keeper())
    FargateService("guarded-fargate", fargate, guarded("fargate"))


def worker() -> FargateServiceArgs:
    """A service that nobody reaches and that needs little."""
    args: FargateServiceArgs = {
        **fargate,
        "account_ids": [],
        "family": "shop-prod-worker",
        "container": "worker",
        "architecture": "amd64",
        "command": [],
        "secrets": {},
        "memberships": {},
        "egress_ports": {},
        "spot": False,
        "after": {"migration": "done"},
    }
    for name in (
        "health_path",
        "front_door",
        "requests_target",
        "registry_arn",
        "uploads_bucket_arn",
        "shell",
        "migration",
        "sessions",
    ):
        del args[name]
    return args


def keeper() -> FargateServiceArgs:
    """A service without migrations of its own that keeps sessions in the database which others migrate."""
    args: FargateServiceArgs = {**fargate, "family": "shop-prod-keeper", "after": {"migration": "done"}}
    del args["migration"]
    return args
