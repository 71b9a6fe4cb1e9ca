"""Builds every component as Pulumi's component packages do for programs in other languages: from plain data."""

import sys
from pathlib import Path

from pulumi.provider.experimental.component import ComponentProvider

sys.path.append(str(Path(__file__).parents[4]))  # where the components are

from components.app.application import Application
from components.aws.auto_scaling_service import AutoScalingService
from components.aws.cache import Cache
from components.aws.load_balancer import LoadBalancer
from components.aws.network import Network

PACKAGE = ComponentProvider([Application, AutoScalingService, Cache, LoadBalancer, Network], "slipway")
SUBNETS = {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"}

PACKAGE.construct(
    "shop",
    "slipway:index:Application",
    {
        "application": "shop",
        "environment": "production",
        "topology": "aws-ec2",
        "requiredTags": {"application": "shop"},
        "redis": "managed",
    },
)
PACKAGE.construct(
    "network",
    "slipway:index:Network",
    {"cidr": "10.30.0.0/16", "zones": ["us-east-1a", "us-east-1b"], "nat": "per-zone", "flowLogs": True},
)
PACKAGE.construct(
    "cache",
    "slipway:index:Cache",
    {
        "vpcId": "vpc-1",
        "subnetIds": SUBNETS,
        "nodeType": "cache.t4g.small",
        "version": "8.0",
        "replicas": 1,
        "snapshots": 7,
        "deletion": "protect",
    },
)
PACKAGE.construct(
    "lb",
    "slipway:index:LoadBalancer",
    {
        "vpcId": "vpc-1",
        "subnetIds": SUBNETS,
        "listener": {"protocol": "http"},
        "services": {
            "web": {
                "port": 3001,
                "healthPath": "/health",
                "healthInterval": 15,
                "healthTimeout": 5,
                "websockets": False,
                "hosts": [],
                "paths": [],
            }
        },
        "deletionProtection": False,
    },
)
PACKAGE.construct(
    "service",
    "slipway:index:AutoScalingService",
    {
        "region": "us-east-1",
        "vpcId": "vpc-1",
        "subnetIds": SUBNETS,
        "port": 3001,
        "frontDoor": {"securityGroupId": "sg-lb", "targetGroupArn": "arn:tg"},
        "memberships": {"cache": "sg-cache-clients"},
        "egressPorts": {"database": 5432},
        "imageId": "ami-0123456789abcdef0",
        "instanceType": "t3.medium",
        "disk": 16,
        "min": 2,
        "max": 5,
        "userData": "#!/bin/bash\ntrue\n",
        "parameterPath": "/slipway/shop-prod/web",
        "parameters": {"REDIS_URL": "rediss://cache:6379"},
        "tags": {"application": "shop"},
    },
)
