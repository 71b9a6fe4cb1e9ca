from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs, MachineServiceArgs

web: MachineServiceArgs = {
    "port": 3001,
    "log_group": "/slipway/shop-prod/web",
    "parameter_path": "/slipway/shop-prod/web",
    "parameters": {"REDIS_URL": "rediss://cache:6379"},
    "front_door": {
        "security_group_id": "sg-lb",
        "target_group_arn": "arn:tg",
        "target_group_arn_suffix": "targetgroup/web/1",
        "load_balancer_arn_suffix": "app/lb/1",
    },
}
worker: MachineServiceArgs = {
    "port": 3002,
    "log_group": "/slipway/shop-prod/worker",
    "parameter_path": "/slipway/shop-prod/worker",
    "parameters": {"REDIS_URL": "rediss://cache:6379"},
}
sockets: MachineServiceArgs = {
    "port": 3003,
    "log_group": "/slipway/shop-prod/sockets",
    "parameter_path": "/slipway/shop-prod/sockets",
    "parameters": {},
    "front_door": {
        "security_group_id": "sg-lb",
        "target_group_arn": "arn:tg-sockets",
        "target_group_arn_suffix": "targetgroup/sockets/2",
        "load_balancer_arn_suffix": "app/lb/1",
    },
}
service: AutoScalingServiceArgs = {
    "region": "us-east-1",
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "services": {"web": web},
    "memberships": {"cache": "sg-cache-clients"},
    "egress_ports": {"https": 443, "database": 5432},
    "image_id": "ami-0123456789abcdef0",
    "instance_type": "t3.medium",
    "disk": 16,
    "containers": False,
    "min": 2,
    "max": 5,
    "cpu_target": 70.0,
    "memory_target": 80.0,
    "user_data": "#!/bin/bash\ntrue\n",
    "secret_arns": {"COOKIE_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cookie-1"},
    "release": {"bucket": "shop-releases", "key": "web/1.tar.gz"},
    "metric_namespace": "shop",
    "log_days": 30,
    "tags": {"application": "shop", "environment": "production"},
}


def make(guarded):
    AutoScalingService("service", service)
    AutoScalingService("service-hidden", hidden())
    shared: AutoScalingServiceArgs = {
        **service,
        "subnet_ids": {"us-east-1a": "subnet-a"},
        "services": {"web": web, "worker": worker, "sockets": sockets},
        "min": 1,
        "max": 1,
        "uploads_bucket_arn": "arn:aws:s3:::shop-uploads",
        "data_volume": {"volume_arn": "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"},
    }
    AutoScalingService("service-shared-web", shared)
    AutoScalingService("guarded-service", service, guarded("service"))


def hidden() -> AutoScalingServiceArgs:
    """A service without a front door, in containers, that needs little."""
    args: AutoScalingServiceArgs = {
        **service,
        "services": {"worker": {**worker, "parameters": {}}},
        "memberships": {},
        "egress_ports": {"https": 443},
        "containers": True,
        "cpu_target": 50.0,
        "memory_target": 60.0,
        "secret_arns": {},
        "registry": "arn:aws:ecr:us-east-1:123456789012:repository/shop",
    }
    del args["release"]
    return args
