"""One shared cache, as it should be, and beside it a Redis in each disguise that plain AWS has room for."""

import base64
import gzip
import json

import pulumi
import pulumi_aws as aws

cache = aws.elasticache.ReplicationGroup("cache", description="shared", engine="valkey", num_cache_clusters=2)
repository = aws.ecr.Repository("store")
log = aws.cloudwatch.LogGroup("log")


def packed(script):
    return base64.b64encode(script.encode()).decode()


def task(name, **container):
    """A task whose definitions hold an address that only deployment tells."""
    definitions = log.name.apply(
        lambda group: json.dumps(
            [{"name": "it", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": group}}, **container}]
        )
    )
    aws.ecs.TaskDefinition(name, family=name, container_definitions=definitions)


def template(name, script):
    aws.ec2.LaunchTemplate(name, user_data=packed(script))


template("bad-installed", "#!/bin/bash\nPACKAGES=(nginx redis-server)\napt-get install -y \"${PACKAGES[@]}\"\n")
template("bad-compressed", "#!/bin/sh\necho " + base64.b64encode(gzip.compress(b"yum install -y redis6", mtime=0)).decode() + " | base64 -d | zcat | sh\n")
template("bad-cloud-config", "#cloud-config\npackages:\n  - [valkey, latest]\n")
template("bad-compiled", "#!/bin/sh\naws s3 cp s3://builds/src.tgz - | tar xz\ncd redis-7.2.4 && make install\n")
template("bad-fetched", "#!/bin/sh\ncurl -fsSo /usr/local/bin/redis-server https://files.example.com/cache\n")
template("bad-process", "#!/bin/sh\ncat > ecosystem.config.js <<'E'\nmodule.exports = {apps: [{script: 'redis-server'}]}\nE\npm2 start ecosystem.config.js\n")
template("bad-compose", "#!/bin/sh\ncat > compose.yaml <<E\nservices:\n  store:\n    image: store\n    ports: ['6379:6379']\nE\n")
template("bad-in-the-image", "#!/bin/sh\necho REDIS_URL=redis://localhost:6379 >> /etc/shop.env\n")
template("good-client", "#!/bin/sh\napt-get install -y nginx redis-tools\nnpm install redis # redis-server is elsewhere\n")
task("bad-image", image="public.ecr.aws/docker/library/redis:7")
task("bad-command", image="shop@sha256:0123", command=["redis-server"])
task("bad-port", image="shop@sha256:0123", portMappings=[{"containerPort": 6379}])
task("bad-check", image="shop@sha256:0123", healthCheck={"command": ["CMD-SHELL", "redis-cli ping"]})
task("good-application", image="shop@sha256:0123", environment=[{"name": "REDIS_HOST", "value": "cache"}])
aws.ecs.TaskDefinition(
    "good-own-image",
    family="own",
    container_definitions=repository.repository_url.apply(lambda url: json.dumps([{"image": f"{url}:1", "name": "web"}])),
)
aws.ssm.Document(
    "bad-document",
    document_type="Command",
    content=json.dumps(
        {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "inputs": {"runCommand": ["yum install redis"]}}]}
    ),
)
aws.imagebuilder.Component(
    "bad-component",
    platform="Linux",
    version="1.0.0",
    data="phases:\n- name: build\n  steps:\n  - action: ExecuteBash\n    inputs: {commands: [dnf install -y redis6]}\n",
)
aws.apprunner.Service(
    "bad-service",
    service_name="bad",
    source_configuration={
        "image_repository": {
            "image_identifier": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/store:1",
            "image_repository_type": "ECR",
            "image_configuration": {"port": "6379"},
        }
    },
)
aws.lambda_.Function(
    "bad-address",
    role="arn:aws:iam::123456789012:role/f",
    package_type="Image",
    image_uri="shop:1",
    environment={"variables": {"REDIS_URL": "redis://cache.example.com:6379"}},
)
aws.lambda_.Function(
    "good-address",
    role="arn:aws:iam::123456789012:role/f",
    package_type="Image",
    image_uri="shop:1",
    environment={"variables": {"REDIS_URL": pulumi.Output.format("rediss://{}:6379", cache.primary_endpoint_address)}},
)
