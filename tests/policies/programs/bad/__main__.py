"""The same application as it should not be: each resource has faults of its own."""

import json
import os

import pulumi
import pulumi_aws as aws
import pulumi_cloudflare as cloudflare

import network  # noqa: F401 - faults of networks

zone = aws.ec2.Subnet("only", vpc_id="vpc-1", cidr_block="10.0.0.0/24", availability_zone="eu-west-1a")
aws.cloudwatch.LogGroup("app")
aws.cloudwatch.MetricAlarm("errors", comparison_operator="GreaterThanThreshold", evaluation_periods=1)
aws.kms.Key("key")
aws.secretsmanager.Secret("db")

files = aws.s3.Bucket("files", acl="public-read")
aws.cloudfront.Distribution(
    "files",
    enabled=True,
    origins=[
        {"domain_name": files.bucket_regional_domain_name, "origin_id": "f"},
        {
            "domain_name": "api.example.com",
            "origin_id": "api",
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "http-only",
                "origin_ssl_protocols": ["TLSv1"],
            },
        },
    ],
    default_cache_behavior={
        "target_origin_id": "f",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"acm_certificate_arn": "arn:x", "minimum_protocol_version": "TLSv1"},
)
aws.cloudfront.Distribution(
    "default",
    enabled=True,
    origins=[],
    default_cache_behavior={
        "target_origin_id": "f",
        "viewer_protocol_policy": "https-only",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)

balancer = aws.alb.LoadBalancer("lb", subnets=[zone.id], desync_mitigation_mode="monitor")
targets = aws.alb.TargetGroup("app", port=3000, protocol="HTTP", vpc_id="vpc-1")
forward = [{"type": "forward", "target_group_arn": targets.arn}]
aws.alb.Listener("http", load_balancer_arn=balancer.arn, port=80, default_actions=forward)
aws.lb.Listener("https", load_balancer_arn=balancer.arn, port=443, protocol="HTTPS", default_actions=forward)

old = aws.ec2.LaunchConfiguration(
    "old",
    image_id="ami-0123456789abcdef0",
    instance_type="t3.small",
    associate_public_ip_address=True,
    metadata_options={"http_put_response_hop_limit": 2},
    user_data="#!/bin/sh\nexport DB_PASSWORD=hunter2\nexec node app.js\n",
)
aws.autoscaling.Group(
    "app",
    min_size=1,
    max_size=4,
    vpc_zone_identifiers=[zone.id],
    target_group_arns=[targets.arn],
    launch_configuration=old.name,
)

aws.elasticache.ReplicationGroup(
    "cache",
    description="x",
    engine="redis",
    engine_version="5.0.6",
    num_cache_clusters=1,
    auto_minor_version_upgrade=False,
)
aws.rds.Instance(
    "db",
    engine="postgres",
    engine_version="14.9",
    instance_class="db.t4g.small",
    username="app",
    password="hunter2-in-the-program",
    publicly_accessible=True,
    auto_minor_version_upgrade=False,
    skip_final_snapshot=True,
)
aws.rds.Cluster(
    "of-the-settings", engine="aurora-postgresql", master_password=pulumi.Config().require("settingPassword")
)
aws.rds.Cluster("of-the-environment", engine="aurora-postgresql", master_password=os.environ["PATH"])
aws.ssm.Parameter("password", name="/shop/DB_PASSWORD", type="String", value="hunter2")
aws.ssm.Parameter("urls", type="StringList", value="https://example.com,redis://:hunter2@cache:6379")
aws.sns.Topic("tagged", tags={"password": "hunter2"})
aws.glue.Connection("orders", connection_properties={"USERNAME": "app", "PASSWORD": "hunter2-of-glue"})
aws.ssm.Document(
    "migrate",
    document_type="Command",
    content=json.dumps(
        {
            "schemaVersion": "2.2",
            "mainSteps": [
                {
                    "action": "aws:runShellScript",
                    "name": "run",
                    "inputs": {"runCommand": ["export DB_PASSWORD=hunter2", "node migrate.js"]},
                }
            ],
        }
    ),
)
aws.sfn.StateMachine(
    "nightly",
    role_arn="arn:aws:iam::123456789012:role/steps",
    definition=json.dumps(
        {
            "StartAt": "run",
            "States": {
                "run": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::ecs:runTask.sync",
                    "End": True,
                    "Parameters": {
                        "Overrides": {
                            "ContainerOverrides": [
                                {"Name": "web", "Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]}
                            ]
                        }
                    },
                }
            },
        }
    ),
)

aws.ssm.Parameter("cache", name="/shop/REDIS_URL", type="String", insecure_value="redis://cache.example.com:6379")

aws.ecs.Cluster("jobs")
aws.ecr.Repository("jobs")
role = aws.iam.Role(
    "jobs",
    assume_role_policy=json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}),
)
aws.iam.RolePolicy(
    "jobs",
    role=role.id,
    policy=json.dumps({"Statement": {"Effect": "Allow", "Action": ["s3:*", "*"], "Resource": "*"}}),
)
aws.iam.Policy("all", policy=aws.iam.get_policy_document(statements=[{"actions": ["*"], "resources": ["*"]}]).json)
task = aws.ecs.TaskDefinition(
    "jobs",
    family="jobs",
    pid_mode="host",
    task_role_arn=role.arn,
    execution_role_arn=role.arn,
    container_definitions=json.dumps(
        [{"name": "j", "image": "j:1", "privileged": True, "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]
    ),
)
aws.ecs.Service(
    "jobs",
    task_definition=task.arn,
    platform_version="1.3.0",
    network_configuration={"subnets": [zone.id], "assign_public_ip": True},
)

domain = cloudflare.Zone("zone", account={"id": "0123"}, name="example.com")
cloudflare.ZoneSetting("ssl", zone_id=domain.id, setting_id="ssl", value="flexible")
cloudflare.DnsRecord(
    "www", zone_id=domain.id, name="www.example.com", type="CNAME", content=balancer.dns_name, ttl=300, proxied=False
)
cloudflare.DnsRecord("app", zone_id=domain.id, name="app", type="A", content="192.0.2.1", ttl=1, proxied=True)
cloudflare.WorkersScript(
    "edge",
    account_id="0123",
    script_name="edge",
    bindings=[{"type": "plain_text", "name": "API_TOKEN", "text": "hunter2"}],
    compatibility_date="2023-05-18",
)
cloudflare.WorkersScriptSubdomain("edge", account_id="0123", script_name="edge", enabled=True)
mails = cloudflare.Queue("mails", account_id="0123", queue_name="mails")
cloudflare.QueueConsumer("mails", account_id="0123", queue_id=mails.id, type="worker", script_name="edge")
cloudflare.PagesProject(
    "pages",
    account_id="0123",
    name="shop",
    production_branch="main",
    source={"type": "github", "config": {"owner": "acme", "repo_name": "shop"}},
)
pulumi.export("key", "AKIA" + "IOSFODNN7EXAMPLE")
