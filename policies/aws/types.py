"""Type tokens of AWS under all the names that the provider has for them."""

from __future__ import annotations

# The four names of the room of application and network load balancers.
_BALANCING = ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2")
BALANCERS = tuple(f"aws:{room}/loadBalancer:LoadBalancer" for room in _BALANCING)
LISTENERS = tuple(f"aws:{room}/listener:Listener" for room in _BALANCING)
LISTENER_RULES = tuple(f"aws:{room}/listenerRule:ListenerRule" for room in _BALANCING)
TARGET_GROUPS = tuple(f"aws:{room}/targetGroup:TargetGroup" for room in _BALANCING)
CLASSIC = ("aws:elb/loadBalancer:LoadBalancer", "aws:elasticloadbalancing/loadBalancer:LoadBalancer")
CLASSIC_POLICIES = (
    "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy",
    "aws:elasticloadbalancing/sslNegotiationPolicy:SslNegotiationPolicy",
    "aws:elb/loadBalancerPolicy:LoadBalancerPolicy",
    "aws:elasticloadbalancing/loadBalancerPolicy:LoadBalancerPolicy",
)

INSTANCE = "aws:ec2/instance:Instance"
SPOT = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
GROUP = "aws:autoscaling/group:Group"
SUBNET = "aws:ec2/subnet:Subnet"

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"

CACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
GLOBAL_REPLICATION_GROUP = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
MEMORYDB = "aws:memorydb/cluster:Cluster"

DATABASE = "aws:rds/instance:Instance"
DATABASE_CLUSTER = "aws:rds/cluster:Cluster"
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
DOCUMENT_CLUSTER = "aws:docdb/cluster:Cluster"
NEPTUNE_CLUSTER = "aws:neptune/cluster:Cluster"
REDSHIFT = "aws:redshift/cluster:Cluster"

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
