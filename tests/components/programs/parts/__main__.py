"""Every component in the forms that its tests ask for; those that begin with `guarded` under options of the caller."""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[4]))  # where the components are

from components.app.application import Application, ApplicationArgs
from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs
from components.aws.cache import Cache, CacheArgs
from components.aws.listeners import Protocol, TargetArgs
from components.aws.load_balancer import LoadBalancer, LoadBalancerArgs
from components.aws.network import Network, NetworkArgs
from config.aws import Nat
from config.values import Deletion

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]

facts: ApplicationArgs = {
    "application": "shop",
    "environment": "production",
    "topology": "aws-ec2",
    "required_tags": {"application": "shop"},
    "redis": "managed",
}
network: NetworkArgs = {"cidr": "10.30.0.0/16", "zones": ZONES, "nat": Nat.PER_ZONE, "flow_logs": True}
cache: CacheArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "node_type": "cache.t4g.small",
    "version": "8.0",
    "replicas": 1,
    "snapshots": 7,
    "deletion": Deletion.PROTECT,
}
target: TargetArgs = {
    "port": 3001,
    "health_path": "/health",
    "health_interval": 15,
    "health_timeout": 5,
    "websockets": False,
    "hosts": [],
    "paths": [],
}
sockets: TargetArgs = {**target, "port": 3002, "websockets": True, "paths": ["/socket.io/*"]}
balancer: LoadBalancerArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "listener": {"protocol": Protocol.HTTPS, "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
    "services": {"web": target, "sockets": sockets},
    "deletion_protection": True,
}
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

Network("network", network)
Network("network-single", {**network, "nat": Nat.SINGLE, "flow_logs": False})
Cache("cache", cache)
Cache("cache-retained", {**cache, "deletion": Deletion.RETAIN})
Cache("cache-alone", {**cache, "replicas": 0, "deletion": Deletion.DESTROY})
LoadBalancer("lb", balancer)
LoadBalancer("lb-plain", {**balancer, "listener": {"protocol": Protocol.HTTP}, "services": {"web": target}})
LoadBalancer("lb-sockets", {**balancer, "services": {"sockets": sockets}})
AutoScalingService("service", service)
hidden: AutoScalingServiceArgs = {**service, "memberships": {}, "egress_ports": {}, "parameters": {}}
del hidden["front_door"]
AutoScalingService("service-hidden", hidden)

provider = aws.Provider("elsewhere", region="eu-west-1")


def guarded(name: str) -> pulumi.ResourceOptions:
    """What a caller may say about a component."""
    return pulumi.ResourceOptions(provider=provider, protect=True, aliases=[pulumi.Alias(name=f"former-{name}")])


Application("guarded-application", facts, guarded("application"))
Network("guarded-network", network, guarded("network"))
Cache("guarded-cache", {**cache, "deletion": Deletion.DESTROY}, guarded("cache"))
LoadBalancer("guarded-lb", balancer, guarded("lb"))
AutoScalingService("guarded-service", service, guarded("service"))
