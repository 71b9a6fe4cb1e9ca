"""A web application in plain pulumi_aws, as it should be: no component of ours is in it.

Longer than 300 lines because it is one program: what a rule looks at stands beside what it leads to.
"""

import base64
import json

import pulumi
import pulumi_aws as aws
import pulumi_cloudflare as cloudflare
import pulumi_random as random

config = pulumi.Config()
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
tables = {tier: aws.ec2.RouteTable(tier, vpc_id=vpc.id) for tier in ("public", "compute", "data")}
ids = {tier: [] for tier in tables}
for n, (tier, zone) in enumerate((tier, zone) for tier in tables for zone in ("eu-west-1a", "eu-west-1b")):
    subnet = aws.ec2.Subnet(f"{tier}-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=zone)
    aws.ec2.RouteTableAssociation(f"{tier}-{zone}", subnet_id=subnet.id, route_table_id=tables[tier].id)
    ids[tier].append(subnet.id)
nat = aws.ec2.NatGateway("nat", subnet_id=ids["public"][0], allocation_id=aws.ec2.Eip("nat", domain="vpc").id)
aws.ec2.Route(
    "internet", route_table_id=tables["public"].id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id
)
aws.ec2.Route("out", route_table_id=tables["compute"].id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)

groups = {
    name: aws.ec2.SecurityGroup(f"{name}-sg", vpc_id=vpc.id, description=f"What stands in the tier {name}")
    for name in ("lb", "app", "cache", "db", "endpoints")
}
for port in (80, 443):
    for block in ({"cidr_ipv4": "0.0.0.0/0"}, {"cidr_ipv6": "::/0"}):
        aws.vpc.SecurityGroupIngressRule(
            f"web-{port}-{'six' if 'cidr_ipv6' in block else 'four'}",
            security_group_id=groups["lb"].id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description="Visitors",
            **block,
        )
for near, far, port in (
    ("lb", "app", 3000),
    ("app", "cache", 6379),
    ("app", "db", 5432),
    ("app", "endpoints", 443),
):
    common = {"ip_protocol": "tcp", "from_port": port, "to_port": port, "description": f"From {near} to {far}"}
    aws.vpc.SecurityGroupEgressRule(
        f"{near}-to-{far}",
        security_group_id=groups[near].id,
        referenced_security_group_id=groups[far].id,
        **common,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{far}-from-{near}",
        security_group_id=groups[far].id,
        referenced_security_group_id=groups[near].id,
        **common,
    )
aws.vpc.SecurityGroupEgressRule(
    "app-to-https",
    security_group_id=groups["app"].id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="Other services",
)
for service in ("ecr.api", "ecr.dkr"):
    aws.ec2.VpcEndpoint(
        service,
        vpc_id=vpc.id,
        vpc_endpoint_type="Interface",
        service_name=f"com.amazonaws.eu-west-1.{service}",
        private_dns_enabled=True,
        subnet_ids=ids["compute"],
        security_group_ids=[groups["endpoints"].id],
    )

logs = aws.cloudwatch.LogGroup("app", retention_in_days=30)
aws.ec2.FlowLog(
    "refused",
    vpc_id=vpc.id,
    traffic_type="REJECT",
    log_destination_type="s3",
    log_destination="arn:aws:s3:::acme-logs-of-connections",
)
topic = aws.sns.Topic("alarms")
aws.cloudwatch.MetricAlarm(
    "errors", comparison_operator="GreaterThanThreshold", evaluation_periods=1, alarm_actions=[topic.arn]
)
key = aws.kms.Key("key", enable_key_rotation=True)

files = aws.s3.Bucket("files")
aws.s3.BucketPublicAccessBlock(
    "files",
    bucket=files.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketVersioning("files", bucket=files.id, versioning_configuration={"status": "Enabled"})
deny = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [files.arn, pulumi.Output.concat(files.arn, "/*")],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
aws.s3.BucketPolicy(
    "files", bucket=files.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]})
)
control = aws.cloudfront.OriginAccessControl(
    "files", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
)
aws.cloudfront.Distribution(
    "files",
    enabled=True,
    origins=[
        {"domain_name": files.bucket_regional_domain_name, "origin_id": "f", "origin_access_control_id": control.id}
    ],
    default_cache_behavior={
        "target_origin_id": "f",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={
        "acm_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/x",
        "minimum_protocol_version": "TLSv1.2_2021",
        "ssl_support_method": "sni-only",
    },
)

balancer = aws.lb.LoadBalancer(
    "lb",
    subnets=ids["public"],
    security_groups=[groups["lb"].id],
    enable_deletion_protection=True,
    drop_invalid_header_fields=True,
    access_logs={"enabled": True, "bucket": files.id},
)
web_acl = aws.wafv2.WebAcl(
    "acl",
    scope="REGIONAL",
    default_action={"allow": {}},
    visibility_config={"cloudwatch_metrics_enabled": True, "metric_name": "acl", "sampled_requests_enabled": True},
)
aws.wafv2.WebAclAssociation("acl", resource_arn=balancer.arn, web_acl_arn=web_acl.arn)
targets = aws.lb.TargetGroup("app", port=3000, protocol="HTTP", vpc_id=vpc.id, health_check={"path": "/health"})
aws.lb.Listener(
    "https",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
    certificate_arn="arn:aws:acm:eu-west-1:123456789012:certificate/x",
    default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
)
aws.lb.Listener(
    "http",
    load_balancer_arn=balancer.arn,
    port=80,
    protocol="HTTP",
    default_actions=[
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
    ],
)

user_data = "#!/bin/sh\nDB_PASSWORD=$(aws ssm get-parameter --name /shop/db --query Parameter.Value)\nexec node app.js\n"
template = aws.ec2.LaunchTemplate(
    "app",
    image_id="ami-0123456789abcdef0",
    instance_type="t3.small",
    user_data=base64.b64encode(user_data.encode()).decode(),
    metadata_options={"http_tokens": "required"},
    block_device_mappings=[{"device_name": "/dev/xvda", "ebs": {"encrypted": "true"}}],
    network_interfaces=[{"associate_public_ip_address": "false", "security_groups": [groups["app"].id]}],
)
aws.autoscaling.Group(
    "app",
    min_size=2,
    max_size=4,
    vpc_zone_identifiers=ids["compute"],
    target_group_arns=[targets.arn],
    health_check_type="ELB",
    launch_template={"id": template.id, "version": "$Latest"},
)

token = random.RandomPassword("token", length=32, special=False)
cache = aws.elasticache.ReplicationGroup(
    "cache",
    description="shared",
    engine="redis",
    engine_version="7.1",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    multi_az_enabled=True,
    at_rest_encryption_enabled=True,
    transit_encryption_enabled=True,
    auth_token=token.result,
    snapshot_retention_limit=5,
    subnet_group_name=aws.elasticache.SubnetGroup("cache", subnet_ids=ids["data"]).name,
    security_group_ids=[groups["cache"].id],
)
database = aws.rds.Instance(
    "db",
    engine="postgres",
    engine_version="17.2",
    instance_class="db.t4g.small",
    allocated_storage=20,
    username="app",
    password=config.require_secret("databasePassword"),
    db_subnet_group_name=aws.rds.SubnetGroup("db", subnet_ids=ids["data"]).name,
    vpc_security_group_ids=[groups["db"].id],
    storage_encrypted=True,
    multi_az=True,
    backup_retention_period=7,
    deletion_protection=True,
    enabled_cloudwatch_logs_exports=["postgresql"],
    skip_final_snapshot=False,
    final_snapshot_identifier="last",
)
aws.ssm.Parameter("address", type="String", value=cache.primary_endpoint_address)
secret = aws.secretsmanager.Secret("db")
aws.secretsmanager.SecretVersion("db", secret_id=secret.id, secret_string=config.require_secret("databasePassword"))
aws.secretsmanager.SecretRotation(
    "db",
    secret_id=secret.id,
    rotation_lambda_arn="arn:aws:lambda:eu-west-1:123456789012:function:rotate",
    rotation_rules={"automatically_after_days": 30},
)

cluster = aws.ecs.Cluster("jobs", settings=[{"name": "containerInsights", "value": "enabled"}])
repository = aws.ecr.Repository(
    "jobs", image_tag_mutability="IMMUTABLE", image_scanning_configuration={"scan_on_push": True}
)
trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("jobs", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
starting = aws.iam.Role("starting", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
aws.iam.RolePolicyAttachment(
    "starting",
    role=starting.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
)
write = aws.iam.get_policy_document_output(
    statements=[
        {"actions": ["s3:GetObject", "s3:PutObject"], "resources": [pulumi.Output.concat(files.arn, "/*")]},
    ]
)
aws.iam.RolePolicy("jobs", role=role.id, policy=write.json)
task = aws.ecs.TaskDefinition(
    "jobs",
    family="jobs",
    requires_compatibilities=["FARGATE"],
    network_mode="awsvpc",
    cpu="256",
    memory="512",
    task_role_arn=role.arn,
    execution_role_arn=starting.arn,
    container_definitions=pulumi.Output.json_dumps(
        [
            {
                "name": "jobs",
                "image": pulumi.Output.concat(repository.repository_url, ":1.4.2"),
                "readonlyRootFilesystem": True,
                "environment": [{"name": "NODE_ENV", "value": "production"}],
                "secrets": [{"name": "DB_PASSWORD", "valueFrom": secret.arn}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": logs.name}},
            }
        ]
    ),
)
aws.ecs.Service(
    "jobs",
    cluster=cluster.arn,
    task_definition=task.arn,
    network_configuration={"subnets": ids["compute"], "security_groups": [groups["app"].id]},
    desired_count=1,
)

zone = cloudflare.Zone("zone", account={"id": "0123"}, name="example.com")
for name, value in {"ssl": "strict", "min_tls_version": "1.2", "always_use_https": "on"}.items():
    cloudflare.ZoneSetting(name, zone_id=zone.id, setting_id=name, value=value)
cloudflare.DnsRecord(
    "www", zone_id=zone.id, name="www.example.com", type="CNAME", content=balancer.dns_name, ttl=1, proxied=True
)
for phase in ("http_ratelimit", "http_request_firewall_managed"):
    cloudflare.Ruleset(
        phase,
        zone_id=zone.id,
        kind="zone",
        name=phase,
        phase=phase,
        rules=[{"action": "block", "expression": 'http.request.uri.path eq "/login"', "enabled": True}],
    )
cloudflare.WorkersScript(
    "edge",
    account_id="0123",
    script_name="edge",
    bindings=[{"type": "plain_text", "name": "REGION", "text": "weur"}],
    compatibility_date="2026-11-01",
    observability={"enabled": True, "head_sampling_rate": 1, "logs": {"enabled": True, "invocation_logs": True}},
)
cloudflare.WorkersScriptSubdomain(
    "edge", account_id="0123", script_name="edge", enabled=False, previews_enabled=False
)
mails, dead = (cloudflare.Queue(name, account_id="0123", queue_name=name) for name in ("mails", "dead"))
cloudflare.QueueConsumer(
    "mails",
    account_id="0123",
    queue_id=mails.id,
    type="worker",
    script_name="edge",
    dead_letter_queue=dead.queue_name,
)
cloudflare.PagesProject(
    "pages",
    account_id="0123",
    name="shop",
    production_branch="main",
    source={"type": "github", "config": {"owner": "acme", "repo_name": "shop", "preview_deployment_setting": "none"}},
    deployment_configs={
        "production": {"env_vars": {"VITE_API": {"type": "plain_text", "value": "https://api.example.com"}}},
        "preview": {"env_vars": {"VITE_API": {"type": "plain_text", "value": "https://api.example.com"}}},
    },
)

# A second network whose machines leave by a machine that forwards, and by nothing else.
old = aws.ec2.Vpc("old", cidr_block="10.1.0.0/16")
aws.ec2.DefaultSecurityGroup("old", vpc_id=old.id)
aws.ec2.FlowLog(
    "old-refused",
    vpc_id=old.id,
    traffic_type="ALL",
    log_destination_type="s3",
    log_destination="arn:aws:s3:::acme-logs-of-connections",
)
front = aws.ec2.Subnet("old-front", vpc_id=old.id, cidr_block="10.1.0.0/24", availability_zone="eu-west-1a")
back = aws.ec2.Subnet("old-back", vpc_id=old.id, cidr_block="10.1.1.0/24", availability_zone="eu-west-1a")
way_out = aws.ec2.InternetGateway("old", vpc_id=old.id)
outer = aws.ec2.RouteTable(
    "old-front", vpc_id=old.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": way_out.id}]
)
aws.ec2.RouteTableAssociation("old-front", subnet_id=front.id, route_table_id=outer.id)
machine = {
    "ami": "ami-0123456789abcdef0",
    "instance_type": "t4g.nano",
    "metadata_options": {"http_tokens": "required"},
    "root_block_device": {"encrypted": True},
}
forwarding = aws.ec2.SecurityGroup(
    "forwarder",
    vpc_id=old.id,
    description="What forwards",
    ingress=[
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.1.1.0/24"], "description": "Back"}
    ],
    egress=[
        {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"], "description": "Anywhere"}
    ],
)
forwarder = aws.ec2.Instance(
    "forwarder", subnet_id=front.id, vpc_security_group_ids=[forwarding.id], source_dest_check=False, **machine
)
aws.ec2.Eip("forwarder", domain="vpc", instance=forwarder.id)
inner = aws.ec2.RouteTable("old-back", vpc_id=old.id)
aws.ec2.RouteTableAssociation("old-back", subnet_id=back.id, route_table_id=inner.id)
aws.ec2.Route(
    "old-out",
    route_table_id=inner.id,
    destination_cidr_block="0.0.0.0/0",
    network_interface_id=forwarder.primary_network_interface_id,
)
worker = aws.ec2.SecurityGroup("worker", vpc_id=old.id, description="What works at night")
aws.ec2.SecurityGroupRule(
    "worker-out",
    type="egress",
    security_group_id=worker.id,
    protocol="tcp",
    from_port=443,
    to_port=443,
    cidr_blocks=["0.0.0.0/0"],
    description="Anywhere",
)
aws.ec2.Instance("worker", subnet_id=back.id, vpc_security_group_ids=[worker.id], **machine)
