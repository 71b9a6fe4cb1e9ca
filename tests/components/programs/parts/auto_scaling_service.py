from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs

service: AutoScalingServiceArgs = {
    "region": "us-east-1",
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "port": 3001,
    "front_door": {"security_group_id": "sg-lb", "target_group_arn": "arn:tg"},
    "memberships": {"cache": "sg-cache-clients"},
    "egress_ports": {"database": 5432},
    "image_id": "ami-0123456789abcdef0",
    "instance_type": "t3.medium",
    "disk": 16,
    "min": 2,
    "max": 5,
    "user_data": "#!/bin/bash\ntrue\n",
    "parameter_path": "/slipway/shop-prod/web",
    "parameters": {"REDIS_URL": "rediss://cache:6379"},
    "tags": {"application": "shop"},
}


def make(guarded):
    AutoScalingService("service", service)
    hidden: AutoScalingServiceArgs = {**service, "memberships": {}, "egress_ports": {}, "parameters": {}}
    del hidden["front_door"]
    AutoScalingService("service-hidden", hidden)
    AutoScalingService("guarded-service", service, guarded("service"))
