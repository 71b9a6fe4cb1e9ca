"""A program with as many resources as wanted that looks like real ones: networks, each with many services."""

SERVICES = 18  # in one network

PROGRAM = '''
import base64
import json

import pulumi
import pulumi_aws as aws

COUNT, SERVICES = 0, 0
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
made = 0


def new(kind, name, **given):
    """One more resource."""
    global made
    made += 1
    return kind(name, **given)


def rule(kind, name, group, port, **given):
    new(kind, name, security_group_id=group.id, ip_protocol="tcp", from_port=port, to_port=port,
        description="What for", **given)


def network(n):
    name = f"net-{n}"
    vpc = new(aws.ec2.Vpc, name, cidr_block=f"10.{n % 256}.0.0/16", tags={"Name": name})
    new(aws.ec2.DefaultSecurityGroup, name, vpc_id=vpc.id)
    new(aws.ec2.FlowLog, name, vpc_id=vpc.id, traffic_type="REJECT", log_destination_type="s3",
        log_destination="arn:aws:s3:::logs")
    gateway = new(aws.ec2.InternetGateway, name, vpc_id=vpc.id)
    subnets, tables = {}, {}
    for tier in ("public", "compute", "data"):
        tables[tier] = new(aws.ec2.RouteTable, f"{name}-{tier}", vpc_id=vpc.id)
        subnets[tier] = []
        for zone in "abc":
            block = f"10.{n % 256}.{len(subnets) * 16 + ord(zone) - 97}.0/24"
            subnet = new(aws.ec2.Subnet, f"{name}-{tier}-{zone}", vpc_id=vpc.id, cidr_block=block,
                         availability_zone=f"eu-west-1{zone}")
            new(aws.ec2.RouteTableAssociation, f"{name}-{tier}-{zone}", subnet_id=subnet.id,
                route_table_id=tables[tier].id)
            subnets[tier].append(subnet.id)
    address = new(aws.ec2.Eip, name, domain="vpc")
    nat = new(aws.ec2.NatGateway, name, subnet_id=subnets["public"][0], allocation_id=address.id)
    world = "0.0.0.0/0"
    new(aws.ec2.Route, f"{name}-public", route_table_id=tables["public"].id, destination_cidr_block=world,
        gateway_id=gateway.id)
    new(aws.ec2.Route, f"{name}-compute", route_table_id=tables["compute"].id, destination_cidr_block=world,
        nat_gateway_id=nat.id)
    front = new(aws.ec2.SecurityGroup, f"{name}-lb", vpc_id=vpc.id, description="Load balancer")
    for port in (80, 443):
        rule(aws.vpc.SecurityGroupIngressRule, f"{name}-web-{port}", front, port, cidr_ipv4=world)
    balancer = new(aws.lb.LoadBalancer, name, subnets=subnets["public"], security_groups=[front.id],
                   enable_deletion_protection=True, drop_invalid_header_fields=True,
                   access_logs={"enabled": True, "bucket": "logs"})
    listener = new(aws.lb.Listener, name, load_balancer_arn=balancer.arn, port=443, protocol="HTTPS",
                   ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06", certificate_arn="arn:aws:acm:eu-west-1:1:c/x",
                   default_actions=[{"type": "fixed-response", "fixed_response": {
                       "content_type": "text/plain", "status_code": "404"}}])
    stores = {}
    for store, port in (("cache", 6379), ("db", 5432)):
        stores[store] = new(aws.ec2.SecurityGroup, f"{name}-{store}", vpc_id=vpc.id, description=store), port
    if n == 0:
        for_cache = new(aws.elasticache.SubnetGroup, name, subnet_ids=subnets["data"])
        new(aws.elasticache.ReplicationGroup, name, description="The one", engine="valkey", engine_version="8.0",
            num_cache_clusters=2, automatic_failover_enabled=True, multi_az_enabled=True,
            at_rest_encryption_enabled=True, transit_encryption_enabled=True, snapshot_retention_limit=5,
            auth_token=pulumi.Output.secret("not-a-real-token"), subnet_group_name=for_cache.name,
            security_group_ids=[stores["cache"][0].id])
    for_db = new(aws.rds.SubnetGroup, name, subnet_ids=subnets["data"])
    new(aws.rds.Instance, name, engine="postgres", engine_version="17.2", instance_class="db.t4g.small",
        allocated_storage=20, username="app", manage_master_user_password=True, db_subnet_group_name=for_db.name,
        storage_encrypted=True, multi_az=True, backup_retention_period=7, deletion_protection=True,
        vpc_security_group_ids=[stores["db"][0].id])
    return name, vpc, subnets, front, listener, stores


def script(name):
    lines = [f"#!/bin/bash", "set -euo pipefail", f"exec > >(tee -a /var/log/{name}.log) 2>&1"]
    lines += ["dnf install -y nodejs20 nginx amazon-cloudwatch-agent", f"install -d -o app /srv/{name}"]
    lines += [f"aws ssm get-parameter --name /{name}/{key} --query Parameter.Value --output text > /run/{key}"
              for key in ("DATABASE_URL", "REDIS_URL", "SESSION_KEY")]
    lines += [f"cat > /etc/systemd/system/{name}.service <<'UNIT'", "[Service]", f"WorkingDirectory=/srv/{name}",
              "ExecStart=/usr/bin/node server.js", "Restart=always", "UNIT"]
    lines += [f"if ! systemctl enable --now {name}; then echo '{name} did not start' >&2; exit 1; fi"]
    lines += [f"for try in 1 2 3; do curl -fsS localhost:3000/health/{step} && break; sleep 5; done"
              for step in ("ready", "live", "cache")]
    return "\\n".join(lines)


def service(number, net):
    inside, vpc, subnets, front, listener, stores = net
    name = f"svc-{number}"
    group = new(aws.ec2.SecurityGroup, name, vpc_id=vpc.id, description=name)
    rule(aws.vpc.SecurityGroupIngressRule, f"{name}-in", group, 3000, referenced_security_group_id=front.id)
    rule(aws.vpc.SecurityGroupEgressRule, f"{name}-lb", front, 3000, referenced_security_group_id=group.id)
    rule(aws.vpc.SecurityGroupEgressRule, f"{name}-out", group, 443, cidr_ipv4="0.0.0.0/0")
    for store, (far, port) in stores.items():
        rule(aws.vpc.SecurityGroupEgressRule, f"{name}-to-{store}", group, port,
             referenced_security_group_id=far.id)
        rule(aws.vpc.SecurityGroupIngressRule, f"{name}-in-{store}", far, port,
             referenced_security_group_id=group.id)
    role = new(aws.iam.Role, name, assume_role_policy=TRUST)
    profile = new(aws.iam.InstanceProfile, name, role=role.name)
    bucket = new(aws.s3.Bucket, name)
    new(aws.s3.BucketPublicAccessBlock, name, bucket=bucket.id, block_public_acls=True, block_public_policy=True,
        ignore_public_acls=True, restrict_public_buckets=True)
    new(aws.s3.BucketVersioning, name, bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    new(aws.s3.BucketPolicy, name, bucket=bucket.id, policy=pulumi.Output.json_dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [bucket.arn,
            pulumi.Output.concat(bucket.arn, "/*")], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}))
    new(aws.iam.RolePolicy, name, role=role.id, policy=pulumi.Output.json_dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": pulumi.Output.concat(bucket.arn, "/*")},
            {"Effect": "Allow", "Action": "ssm:GetParameter",
             "Resource": f"arn:aws:ssm:*:*:parameter/{name}/*"}]}))
    for key in ("ADDRESS", "QUEUE"):
        new(aws.ssm.Parameter, f"{name}-{key}", type="String", value=f"{name}.{key.lower()}.internal")
    logs = new(aws.cloudwatch.LogGroup, name, retention_in_days=30)
    targets = new(aws.lb.TargetGroup, name, port=3000, protocol="HTTP", vpc_id=vpc.id,
                  health_check={"path": "/health"})
    new(aws.lb.ListenerRule, name, listener_arn=listener.arn, priority=number + 1,
        conditions=[{"path_pattern": {"values": [f"/{name}/*"]}}],
        actions=[{"type": "forward", "target_group_arn": targets.arn}])
    for metric in ("errors", "latency"):
        new(aws.cloudwatch.MetricAlarm, f"{name}-{metric}", comparison_operator="GreaterThanThreshold",
            evaluation_periods=2, alarm_actions=["arn:aws:sns:eu-west-1:1:alarms"])
    if number % 3 == 2:
        image = f"1.dkr.ecr.eu-west-1.amazonaws.com/{name}:1.4.2"
        task = new(aws.ecs.TaskDefinition, name, family=name, network_mode="awsvpc",
                   requires_compatibilities=["FARGATE"], container_definitions=json.dumps([{
                       "name": name, "image": image, "readonlyRootFilesystem": True,
                       "environment": [{"name": "NODE_ENV", "value": "production"}],
                       "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": name}}}]))
        new(aws.ecs.Service, name, task_definition=task.arn, desired_count=2, network_configuration={
            "subnets": subnets["compute"], "security_groups": [group.id]})
        return
    template = new(aws.ec2.LaunchTemplate, name, image_id="ami-0123456789abcdef0", instance_type="t3.small",
                   user_data=base64.b64encode(script(name).encode()).decode(),
                   iam_instance_profile={"arn": profile.arn},
                   metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
                   block_device_mappings=[{"device_name": "/dev/xvda", "ebs": {"encrypted": "true"}}],
                   network_interfaces=[{"associate_public_ip_address": "false", "security_groups": [group.id]}])
    new(aws.autoscaling.Group, name, min_size=2, max_size=4, vpc_zone_identifiers=subnets["compute"],
        target_group_arns=[targets.arn], health_check_type="ELB",
        launch_template={"id": template.id, "version": "$Latest"})


number, net = 0, None
while made < COUNT:
    if number % SERVICES == 0:
        net = network(number // SERVICES)
    service(number, net)
    number += 1
'''


def program(count: int) -> str:
    """The program with about that many resources: it ends with the service that reaches the number."""
    return PROGRAM.replace("COUNT, SERVICES = 0, 0", f"COUNT, SERVICES = {count}, {SERVICES}")
