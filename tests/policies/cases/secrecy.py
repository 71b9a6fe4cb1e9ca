"""Plans for the rules about secrets in plain view. The secrets here open nothing.

Longer than 300 lines because every place and every form of a secret has to stand somewhere.
"""

from __future__ import annotations

from base64 import b64encode
from gzip import compress
from typing import Any

import yaml

from plan.model import Reference, Secret, Unknown
from policies.aws.types import DATABASE, DISTRIBUTION, INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT, SPOT_FLEET
from tests.policies.cases.building import Cases, a, text
from tests.policies.cases.containers import container, task
from tests.policies.plans import opaque, template, whole

TOKEN = "ghp_" + "0123456789abcdef" * 2 + "0123"
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".abcdefghijklmnop"
RANDOM = a("random:index/randomPassword:RandomPassword", "drawn", length=32)
LAMBDA, BUILD = "aws:lambda/function:Function", "aws:codebuild/project:Project"
PARAMETER = "aws:ssm/parameter:Parameter"
WORKER, PAGES = "cloudflare:index/workersScript:WorkersScript", "cloudflare:index/pagesProject:PagesProject"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"
TOPIC = "aws:sns/topic:Topic"
STEPS, DOCUMENT = "aws:sfn/stateMachine:StateMachine", "aws:ssm/document:Document"
TARGET, SCHEDULE = "aws:cloudwatch/eventTarget:EventTarget", "aws:scheduler/schedule:Schedule"
OBJECT, ITEM = "aws:s3/bucketObject:BucketObject", "aws:dynamodb/tableItem:TableItem"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"


def _kept(secret: str) -> dict[str, dict[str, Any]]:
    """What lies where many read it, with this as a password in it."""
    return {
        OBJECT: {"key": ".env", "content": f"REGION=x\nDB_PASSWORD={secret}\n"},
        "aws:s3/bucketObjectv2:BucketObjectv2": {"key": ".env", "content": f"DB_PASSWORD={secret}"},
        "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": {"content": text({"apiToken": secret})},
        ITEM: {"item": text({"id": {"S": "a"}, "password": {"S": secret}, "n": {"N": "1"}})},
        TARGET: {"input": text({"password": secret})},
        "aws:cloudfront/function:Function": {"code": f'const password = "{secret}";'},
        "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": {"key": "DB_PASSWORD", "value": secret},
        "cloudflare:index/workersKv:WorkersKv": {"keyName": "shop/DB_PASSWORD", "value": secret},
        RECORD: {"type": "TXT", "content": f"password={secret}"},
    }


KEPT = {"good": _kept("$PASSWORD"), "bad": _kept("hunter2")}
PLAIN = {
    "a password": "#!/bin/sh\nexport DB_PASSWORD=hunter2\n",
    "a password in quotes": "#!/bin/sh\nDB_PASSWORD='hunter2'\n",
    "a password in cloud-config": '#cloud-config\nwrite_files:\n- content: |\n    password: "hunter2"\n',
    "an address": "#!/bin/sh\ncurl postgres://app:hunter2@db/shop\n",
    "a token": f"#!/bin/sh\ngit clone https://{TOKEN}@github.com/acme/app\n",
    "an AWS key": f"#!/bin/sh\naws configure set aws_access_key_id {AWS_KEY}\n",
    "a private key": f"#!/bin/sh\ncat > key <<E\n{KEY}E\n",
    "a web token": f"#!/bin/sh\ncurl -H 'Authorization: Bearer {WEB_TOKEN}' https://x\n",
    "a flag": "#!/bin/sh\nredis-cli --password hunter2\n",
    "a setting of Redis": "#!/bin/sh\necho requirepass hunter2 >> /etc/redis.conf\n",
    "SQL": "#!/bin/sh\npsql -c \"CREATE USER app WITH PASSWORD 'hunter2'\"\n",
    "a login": 'echo "root:hunter2" | chpasswd',
    "a login in a here-string": "chpasswd <<< root:hunter2",
    "a login in a here-document": "chpasswd <<E\nroot:hunter2\nE\n",
    "a login that is handed on": "cat <<E | chpasswd\nroot:hunter2\nE\n",
    "a login by a variable": 'LOGIN=root:hunter2\nprintf "$LOGIN" | sudo /usr/sbin/chpasswd\n',
    "a login for passwd": "echo hunter2 | passwd --stdin root",
    "a login of cloud-config": "#cloud-config\nchpasswd:\n  expire: false\n  list: |\n    ubuntu:hunter2\n",
    "a login of cloud-config in a list": "#cloud-config\nchpasswd:\n  list:\n    - ubuntu:hunter2\n",
    "a login of cloud-config in a line": '#cloud-config\nchpasswd: {list: "root:hunter2\\n", expire: false}\n',
    "a header": "curl -H 'Authorization: Basic YXBwOmh1bnRlcjI=' https://x",
    "a bearer": "curl -H 'Authorization: Bearer 0b1c2d3e4f5a' https://x",
    "JSON in a string": 'echo "{\\"password\\": \\"hunter2\\"}" > /etc/x.json',
    "a container's variable": "docker run -e POSTGRES_PASSWORD=hunter2 postgres",
}
PACKED = b64encode(PLAIN["a password"].encode()).decode()
CLEAN = (
    "#!/bin/sh\nDB_PASSWORD=$(aws ssm get-parameter --name /shop/db/password)\n"
    "export TOKEN_TTL=60 SECRET_ARN=arn:aws:x\n"
    'echo "root:$(openssl rand -hex 9)" | chpasswd\necho "app:$DB_PASSWORD" | chpasswd\n'
    "curl -H 'Authorization: Basic realm' -H \"Authorization: Bearer $TOKEN\" https://x\n"
    "curl postgres://app:$DB_PASSWORD@db/shop\necho PasswordAuthentication no\nexport DB_PASSWORD_FILE=/run/db\n"
)
SHOWN = template("#!/bin/sh\nexport DB_PASSWORD={}\n", *whole(RANDOM, "result").references)


def env(**variables: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in variables.items()]


def labelled(**labels: Any) -> Any:
    return task(container(dockerLabels=labels))


def steps(**override: Any) -> Any:
    changed = {"ContainerOverrides": [{"Name": "web", **override}]}
    parameters = {"TaskDefinition": "shop", "Overrides": changed}
    step = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask", "Parameters": parameters, "End": True}
    return a(STEPS, definition=text({"StartAt": "run", "States": {"run": step}}))


def overrides(**override: Any) -> str:
    return text({"containerOverrides": [{"name": "web", **override}]})


def document(*lines: Any, kind: str = "JSON") -> Any:
    inputs = {"runCommand": list(lines)}
    content = {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "x", "inputs": inputs}]}
    shown = text(content) if kind == "JSON" else yaml.safe_dump(content)
    return a(DOCUMENT, documentType="Command", documentFormat=kind, content=shown)


def function(**variables: Any) -> Any:
    return a(LAMBDA, environment={"variables": variables})


def binding(kind: str, name: str, value: Any) -> Any:
    return a(WORKER, bindings=[{"type": kind, "name": name, "text": value}])


def glue(properties: Any) -> Any:
    return a("aws:glue/connection:Connection", connectionProperties=properties)


def header(name: str, value: Any) -> Any:
    return a(DISTRIBUTION, origins=[{"originId": "web", "customHeaders": [{"name": name, "value": value}]}])


def pages(kind: str, value: Any) -> Any:
    return a(PAGES, deploymentConfigs={"production": {"envVars": {"API_TOKEN": {"type": kind, "value": value}}}})


CASES = {
    "user-data-without-secrets": Cases(
        good={
            "clean": [a(INSTANCE, userData=CLEAN)],
            "packed": [a(LAUNCH_TEMPLATE, userData=b64encode(CLEAN.encode()).decode())],
            "an address": [a(INSTANCE, userData=template("#!/bin/sh\necho {}\n", Reference("urn:x", "endpoint")))],
            "none": [a(INSTANCE)],
            "a document": [document("set -e", 'export DB_PASSWORD="$(aws ssm get-parameter --name /x)"')],
            "a document in YAML": [document("dnf -y update", kind="YAML")],
            "a template": [
                a(
                    "aws:cloudformation/stack:Stack",
                    templateBody="Resources:\n  Db:\n    Properties:\n      MasterUserPassword: !Ref DbPassword\n",
                )
            ],
            "a login that is drawn": [
                a(INSTANCE, userData="#cloud-config\nchpasswd:\n  list:\n    - a:RANDOM\n    - b:$6$x$y\n")
            ],
        },
        bad={
            **{name: [a(INSTANCE, userData=script)] for name, script in PLAIN.items()},
            **{f"packed for {kind}": [a(kind, userData=PACKED)] for kind in (INSTANCE, SPOT, LAUNCH_TEMPLATE)},
            "packed by itself": [a(LAUNCH_CONFIGURATION, userDataBase64=PACKED)],
            "compressed": [a(LAUNCH_TEMPLATE, userData=b64encode(compress(PLAIN["a password"].encode())).decode())],
            "a fleet": [a(SPOT_FLEET, launchSpecifications=[{"userData": PLAIN["a password"]}])],
            "a droplet": [a("digitalocean:index/droplet:Droplet", userData=PLAIN["a password"])],
            "a server at Hetzner": [a("hcloud:index/server:Server", userData=PLAIN["a token"])],
            "a Linode": [a("linode:index/instance:Instance", metadatas=[{"userData": PACKED}])],
            "an output that is one": [RANDOM, a(INSTANCE, userData=SHOWN)],
            "a document": [document("export DB_PASSWORD=hunter2", "node server.js")],
            "a document in YAML": [document("mysql -u root -phunter2 shop", kind="YAML")],
            "a document with an output that is one": [
                RANDOM,
                a(DOCUMENT, content=template('{{"x": "DB {}"}}', *whole(RANDOM, "result").references)),
            ],
            "an association": [
                a("aws:ssm/association:Association", parameters={"commands": "redis-cli --pass x; A_TOKEN=hunter2 ./x"})
            ],
            "a component of an image": [
                a(
                    "aws:imagebuilder/component:Component",
                    data="phases:\n- steps:\n  - inputs:\n      commands: ['echo root:hunter2 | chpasswd']\n",
                )
            ],
            "a template": [
                a(
                    "aws:cloudformation/stack:Stack",
                    templateBody="Resources:\n  Db:\n    Properties:\n      MasterUserPassword: hunter2\n",
                )
            ],
            "a parameter of a template": [
                a("aws:cloudformation/stack:Stack", parameters={"DbPassword": "hunter2"}, templateUrl="https://x")
            ],
        },
        unproven={
            "unknown": [a(INSTANCE, userData=Unknown())],
            "secret": [a(INSTANCE, userData=Secret())],
            "no text": [a(INSTANCE, userData=b64encode(bytes(range(256))).decode())],
        },
    ),
    "environment-without-secrets": Cases(
        good={
            "plain settings": [task(container(environment=env(NODE_ENV="production", PORT="3000", TOKEN_TTL="60")))],
            "a secret by name": [task(container(secrets=[{"name": "DB_PASSWORD", "valueFrom": "arn:aws:x"}]))],
            "names of other things": [
                task(
                    container(
                        environment=env(
                            TOKEN_BUCKET="limits",
                            TOKEN_SIGNING_METHOD="RS256",
                            PASSWORD_RESET_SUBJECT="Reset your password",
                            SECRET_BACKEND="vault",
                            COGNITO_TOKEN_USE="access",
                            CREDENTIALS_SOURCE="instance",
                            PASSWORD_GRANT="disallowed",
                            AUTH_TOKEN_ISSUER_DOMAIN="login.example.com",
                            TOKEN_CONTRACT_ADDRESS="0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                            RECAPTCHA_SITE_KEY="6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ0MXjiZKhI",
                            NEXT_PUBLIC_MAPS_KEY="AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
                            NEXT_PUBLIC_SUPABASE_ANON_KEY=WEB_TOKEN,
                            S3_OBJECT_KEY="exports/Q1Report12345678x",
                            JWT_SECRET="prod/jwt",
                            CONFIG='{"passwordField": "pw", "tokenTtl": 5, "password": "${DB_PASSWORD}"}',
                        )
                    )
                )
            ],
            "commands, labels and options": [
                task(
                    container(
                        command=["sh", "-c", "migrate --password $DB_PASSWORD && exec node server.js"],
                        dockerLabels={"traefik.port": "3000", "com.example.token-ttl": "60"},
                        logConfiguration={"logDriver": "awslogs", "options": {"awslogs-group": "/shop"}},
                        healthCheck={"command": ["CMD-SHELL", "curl -f http://localhost:3000/health"]},
                    )
                )
            ],
            "steps that say where it lies": [
                steps(Environment=[{"Name": "DB_SECRET_ARN", "Value": "arn:aws:x"}, {"Name": "N", "Value.$": "$.n"}])
            ],
            "an event of a function": [a(TARGET, arn="arn:aws:lambda:x", input=text({"password": "hunter2"}))],
            "a reference to where it lies": [task(container(environment=env(DB_PASSWORD="arn:aws:secretsmanager:x")))],
            "a function": [function(TABLE="orders", SECRET_ARN="arn:aws:x", DB_PASSWORD_FILE="/run/x")],
            "an address": [one := a(TOPIC, "t"), function(TOPIC=whole(one, "arn"))],
            "an address, as a preview tells": [one, function(TOPIC=opaque(one))],
            "where it lies, as a preview tells": [RANDOM, function(DB_SECRET_ARN=opaque(RANDOM))],
            "a build that reads it": [
                a(
                    BUILD,
                    environment={"environmentVariables": [{"name": "TOKEN", "value": "x1", "type": "SECRETS_MANAGER"}]},
                )
            ],
        },
        bad={
            "DB_PASSWORD": [task(container(environment=env(DB_PASSWORD="hunter2")))],
            "in capitals": [task({"Name": "web", "Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]})],
            "a job in capitals": [
                a(
                    "aws:batch/jobDefinition:JobDefinition",
                    containerProperties=text({"Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]}),
                )
            ],
            "one of two": [task(container(environment=env(DB_PASSWORD_2="hunter2")))],
            "a password for all to see": [task(container(environment=env(NEXT_PUBLIC_DB_PASSWORD="hunter2")))],
            "JSON": [task(container(environment=env(DB='{"host":"db","password":"hunter2"}')))],
            "JSON in base64": [
                task(container(environment=env(DB=b64encode(b'{"host": "db", "password": "hunter2"}').decode())))
            ],
            "JDBC": [task(container(environment=env(URL="jdbc:postgresql://db/shop?user=app&password=hunter2")))],
            "JDBC of Oracle": [task(container(environment=env(URL="jdbc:oracle:thin:app/hunter2@//db:1521/shop")))],
            "a connection": [task(container(environment=env(DB="host=db user=app password=hunter2 dbname=shop")))],
            "a connection of .NET": [task(container(environment=env(DB="Server=db;User Id=app;Pwd=hunter2;")))],
            "a storage account": [
                task(container(environment=env(S="DefaultEndpointsProtocol=https;AccountKey=aGVsbG8x==;X=y")))
            ],
            "a header": [task(container(environment=env(AUTH="Basic YXBwOmh1bnRlcjI=")))],
            "a bearer": [task(container(environment=env(AUTH="Bearer 0b1c2d3e4f5a")))],
            "a command": [task(container(command=["server", "--db-password", "hunter2"]))],
            "a command in capitals": [task({"Name": "web", "Command": ["server", "--db-password=hunter2"]})],
            "a command as text": [task(container(entryPoint="sh -c 'DB_PASSWORD=hunter2 ./x'"))],
            "a label": [labelled(api_token="hunter2")],
            "a label that holds one": [labelled(auth="redis://:hunter2@cache")],
            "an option of the log": [
                task(container(logConfiguration={"logDriver": "splunk", "options": {"splunk-token": "hunter2"}}))
            ],
            "an option of FireLens": [
                task(container(firelensConfiguration={"type": "fluentbit", "options": {"apikey": "hunter2"}}))
            ],
            "a health check": [
                task(container(healthCheck={"command": ["CMD-SHELL", "curl -u admin:hunter2 http://localhost"]}))
            ],
            "a command with an output that is one": [
                RANDOM,
                a(
                    "aws:ecs/taskDefinition:TaskDefinition",
                    containerDefinitions=[container(command=["x", whole(RANDOM, "result")])],
                ),
            ],
            "steps": [steps(Environment=[{"Name": "DB_PASSWORD", "Value": "hunter2"}])],
            "a command of steps": [steps(Command=["server", "--token", "hunter2"])],
            "a schedule": [
                a(
                    SCHEDULE,
                    target={"ecsParameters": {"taskCount": 1}, "input": overrides(command=["x", "--token=abc1"])},
                )
            ],
            "an event": [
                a(TARGET, ecsTarget={"taskCount": 1}, input=overrides(environment=env(DB_PASSWORD="hunter2")))
            ],
            "an event that is put together": [
                a(
                    TARGET,
                    ecsTarget={"taskCount": 1},
                    inputTransformer={"inputTemplate": overrides(environment=env(DB_PASSWORD="hunter2"))},
                )
            ],
            "a build by its steps": [
                a(BUILD, source={"buildspec": "phases:\n  build:\n    commands: ['npm login --token hunter2']\n"})
            ],
            "a job of Glue": [a("aws:glue/job:Job", defaultArguments={"--db_password": "hunter2"})],
            "App Runner by its command": [
                a(
                    "aws:apprunner/service:Service",
                    sourceConfiguration={
                        "imageRepository": {"imageConfiguration": {"startCommand": "x --token=hunter2"}}
                    },
                )
            ],
            "a function by its command": [a(LAMBDA, imageConfig={"commands": ["x", "--token", "hunter2"]})],
            "Lightsail by its command": [
                a(
                    "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
                    containers=[{"commands": ["x", "--token", "hunter2"]}],
                )
            ],
            "of the second container": [task(container(), container(environment=env(API_KEY="hunter2")))],
            "an address": [task(container(environment=env(DATABASE_URL="postgres://app:hunter2@db/shop")))],
            "a token under any name": [task(container(environment=env(WHO=TOKEN)))],
            "drawn by lot": [task(container(environment=env(MAP_KEY="h4Jk29sLqpZ81mNbVx73tYw0")))],
            "a list in the program": [
                a(
                    "aws:ecs/taskDefinition:TaskDefinition",
                    containerDefinitions=[container(environment=env(PASSWORD="x1"))],
                )
            ],
            "a function": [function(DB_PASSWORD="hunter2")],
            "a secret in a function": [function(DB_PASSWORD=Secret())],
            "an output that is one": [RANDOM, function(SETTING=whole(RANDOM, "result"))],
            "an address with one": [
                RANDOM,
                function(URL=template("postgres://app:{}@db/x", *whole(RANDOM, "result").references)),
            ],
            "a build": [a(BUILD, environment={"environmentVariables": env(NPM_TOKEN="hunter2")})],
            "App Runner": [
                a(
                    "aws:apprunner/service:Service",
                    sourceConfiguration={
                        "imageRepository": {
                            "imageConfiguration": {"runtimeEnvironmentVariables": {"SESSION_SECRET": "hunter2"}}
                        }
                    },
                )
            ],
            "a job": [
                a(
                    "aws:batch/jobDefinition:JobDefinition",
                    containerProperties=text({"environment": env(DB_PASSWORD="hunter2")}),
                )
            ],
            "Amplify": [a("aws:amplify/app:App", environmentVariables={"API_TOKEN": "hunter2"})],
            "Beanstalk": [
                a(
                    "aws:elasticbeanstalk/environment:Environment",
                    settings=[
                        {
                            "namespace": "aws:elasticbeanstalk:application:environment",
                            "name": "DB_PASSWORD",
                            "value": "hunter2",
                        }
                    ],
                )
            ],
            "Lightsail": [
                a(
                    "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
                    containers=[{"environment": {"DB_PASSWORD": "hunter2"}}],
                )
            ],
        },
        unproven={
            "unknown definitions": [a("aws:ecs/taskDefinition:TaskDefinition", containerDefinitions=Unknown())],
            "secret definitions": [a("aws:ecs/taskDefinition:TaskDefinition", containerDefinitions=Secret())],
            "an unknown password": [function(DB_PASSWORD=Unknown())],
            "something of what holds secrets": [RANDOM, function(SETTING=opaque(RANDOM))],
        },
    ),
    "password-not-literal": Cases(
        good={
            "a login of Amplify that is a secret": [a("aws:amplify/app:App", basicAuthCredentials=Secret())],
            "a secret": [a(DATABASE, password=Secret())],
            "managed": [a(DATABASE, manageMasterUserPassword=True)],
            "drawn": [RANDOM, a(DATABASE, password=whole(RANDOM, "result"))],
            "a parameter": [a(PARAMETER, type="SecureString", value=Secret())],
            "a connection of Glue": [glue({"SECRET_ID": "shop/db", "JDBC_CONNECTION_URL": "jdbc:postgresql://db"})],
            "a connection of Glue that the SDK marks": [glue(Secret(plain=True, below=(".SECRET_ID", ".USERNAME")))],
            "one's own login": [
                a(
                    "aws:cognito/identityProvider:IdentityProvider",
                    providerDetails={"client_id": "x", "client_secret": Secret(), "token_url": "https://x"},
                )
            ],
            "a secret of a Worker": [binding("secret_text", "API_TOKEN", Secret())],
            "a binding of a Worker": [binding("plain_text", "REGION", "weur")],
        },
        bad={
            "a login of Amplify": [a("aws:amplify/app:App", basicAuthCredentials=Secret(plain=True))],
            "a token of Amplify": [a("aws:amplify/app:App", accessToken=Secret(plain=True))],
            "a login of a branch": [a("aws:amplify/branch:Branch", basicAuthCredentials=Secret(plain=True))],
            "in plain text": [a(DATABASE, password="hunter2")],
            "in plain text, marked by the SDK": [a(DATABASE, password=Secret(plain=True))],
            "of a cluster": [a("aws:rds/cluster:Cluster", masterPassword="hunter2")],
            "that is not kept": [a(DATABASE, passwordWo="hunter2")],
            "of a cache": [a("aws:elasticache/replicationGroup:ReplicationGroup", authToken="hunter2")],
            "of users of a broker": [a("aws:mq/broker:Broker", users=[{"username": "a", "password": "hunter2"}])],
            "users of a cache": [a("aws:elasticache/user:User", passwords=["hunter2"])],
            "a value": [a("aws:secretsmanager/secretVersion:SecretVersion", secretString="hunter2")],
            "a parameter": [a(PARAMETER, type="SecureString", value="hunter2")],
            "the token of a provider": [a("pulumi:providers:cloudflare", apiToken="hunter2")],
            "of a Linode": [a("linode:index/instance:Instance", rootPass="hunter2")],
            "of a connection of Glue": [glue({"PASSWORD": "hunter2", "USERNAME": "app"})],
            "of a connection of Glue, marked by the SDK": [glue(Secret(below=(".PASSWORD", ".USERNAME")))],
            "of one's own login": [
                a("aws:cognito/identityProvider:IdentityProvider", providerDetails={"client_secret": "hunter2"})
            ],
            "of a source of a pipeline": [
                a(PIPELINE, stages=[{"actions": [{"configuration": {"Owner": "acme", "OAuthToken": "hunter2"}}]}])
            ],
            "of a source of builds": [a("aws:codebuild/sourceCredential:SourceCredential", token="hunter2")],
            "a key that events are sent with": [
                a(
                    "aws:cloudwatch/eventConnection:EventConnection",
                    authParameters={"apiKey": {"key": "x-api-key", "value": "hunter2"}},
                )
            ],
            "a secret of a Worker": [binding("secret_text", "API_TOKEN", "hunter2")],
            "a secret of a Worker, marked": [binding("secret_text", "API_TOKEN", Secret(plain=True))],
            "a key of a Worker": [a(WORKER, bindings=[{"type": "secret_key", "name": "K", "keyBase64": "aGVsbG8="}])],
            "a secret of a Worker, older": [
                a("cloudflare:index/workerScript:WorkerScript", secretTextBindings=[{"name": "T", "text": "hunter2"}])
            ],
            "a secret of a Worker by itself": [a("cloudflare:index/workersSecret:WorkersSecret", secretText="hunter2")],
            "a secret of Pages": [pages("secret_text", "hunter2")],
            "a secret of Pages, older": [a(PAGES, deploymentConfigs={"preview": {"secrets": {"T": "hunter2"}}})],
            "a secret of the store": [a("cloudflare:index/secretsStoreSecret:SecretsStoreSecret", value="hunter2")],
        },
    ),
    "no-secret-in-plain-sight": Cases(
        good={
            **{f"without one: {kind}": [a(kind, **inputs)] for kind, inputs in KEPT["good"].items()},
            "a page that speaks of one": [a(OBJECT, key="i18n/de.json", content=text({"password": "Passwort"}))],
            "a file that is a secret": [a(OBJECT, key=".env", content=Secret())],
            "an item that is no document": [a(ITEM, item="{")],
            "a record of another kind": [a(RECORD, type="CNAME", content="DB_PASSWORD=hunter2")],
            "tags": [a(TOPIC, tags={"Name": "password-reset", "token": ""})],
            "a parameter": [a(PARAMETER, type="String", name="/shop/region", value="eu-west-1")],
            "a reference to one": [
                a(PARAMETER, type="String", name="/shop/DB_PASSWORD", insecureValue="${secret:arn}")
            ],
            "a plain one that the SDK marks": [a(PARAMETER, type="String", name="/shop/address", value=Secret())],
            "a header": [header("X-Forwarded-Proto", "https")],
            "a header with a secret that is one": [header("X-Origin-Secret", Secret())],
            "a header that deployment tells": [header("X-Origin-Secret", Unknown())],
            "a list": [
                a(PARAMETER, type="StringList", name="/shop/hosts", insecureValue="a.example.com,redis://b:6379")
            ],
            "a safe one": [a(PARAMETER, type="SecureString", name="/shop/DB_PASSWORD", value=Secret())],
        },
        bad={
            **{f"kept: {kind}": [a(kind, **inputs)] for kind, inputs in KEPT["bad"].items()},
            "settings in a file": [a(OBJECT, key="settings.json", content=text({"db": {"password": "hunter2"}}))],
            "a tag": [a(TOPIC, tags={"password": "hunter2"})],
            "a token in a tag": [a(TOPIC, tags={"who": TOKEN})],
            "a description": [a(TOPIC, displayName=f"use {AWS_KEY}")],
            "the first of a list": [a(TOPIC, notes=[TOKEN, "plain", "plain"])],
            "the second of a list": [a(TOPIC, notes=["plain", TOKEN, "plain"])],
            "deep inside": [a(TOPIC, notes=[{"a": [{"b": ["plain", AWS_KEY]}]}])],
            "a setting somewhere": [a(TOPIC, policy=text({"x": [KEY]}))],
            "a parameter": [a(PARAMETER, type="String", name="/shop/DB_PASSWORD", value="hunter2")],
            "a parameter that the SDK marks": [a(PARAMETER, type="String", name="/shop/DB_PASSWORD", value=Secret())],
            "an insecure parameter": [a(PARAMETER, type="String", name="/shop/DB_PASSWORD", insecureValue="hunter2")],
            "a header with a secret": [header("X-Origin-Secret", "hunter2")],
            "a header with a login": [header("Authorization", "Basic YXBwOmh1bnRlcjI=")],
            "a header drawn by lot": [header("X-Origin-Verify", "h4Jk29sLqpZ81mNbVx73tYw0")],
            "a header of several tenants": [
                a(
                    "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
                    origins=[{"customHeaders": [{"headerName": "X-Token", "headerValue": "hunter2"}]}],
                )
            ],
            "an address in a list": [
                a(
                    PARAMETER,
                    type="StringList",
                    name="/shop/urls",
                    insecureValue="https://x,redis://:hunter2@cache:6379",
                )
            ],
            "an address in a list that the SDK marks": [
                a(PARAMETER, type="StringList", name="/shop/urls", value=Secret(plain=True, address=True))
            ],
            "an address in a parameter": [
                a(PARAMETER, type="String", name="/shop/url", insecureValue="redis://:hunter2@cache:6379")
            ],
        },
    ),
    "cloudflare-bindings-without-secrets": Cases(
        good={
            "a setting": [binding("plain_text", "REGION", "weur")],
            "a secret": [binding("secret_text", "API_TOKEN", "hunter2")],
            "of Pages": [pages("secret_text", "hunter2")],
            "a bucket": [a(WORKER, bindings=[{"type": "r2_bucket", "name": "FILES", "bucketName": "files"}])],
        },
        bad={
            "a Worker": [binding("plain_text", "API_TOKEN", "hunter2")],
            "a token under any name": [binding("plain_text", "WHO", TOKEN)],
            "JSON": [a(WORKER, bindings=[{"type": "json", "name": "API_TOKEN", "json": '"hunter2"'}])],
            "Pages": [pages("plain_text", "hunter2")],
            "previews of Pages": [
                a(
                    PAGES,
                    deploymentConfigs={
                        "preview": {"envVars": {"API_TOKEN": {"type": "plain_text", "value": "hunter2"}}}
                    },
                )
            ],
            "Pages, older": [
                a(PAGES, deploymentConfigs={"preview": {"environmentVariables": {"API_TOKEN": "hunter2"}}})
            ],
            "a Worker, older": [
                a(
                    "cloudflare:index/workerScript:WorkerScript",
                    plainTextBindings=[{"name": "API_TOKEN", "text": "hunter2"}],
                )
            ],
            "a secret as plain text": [binding("plain_text", "SETTING", Secret())],
        },
        unproven={
            "unknown": [binding("plain_text", "API_TOKEN", Unknown())],
            "unknown bindings": [a(WORKER, bindings=Unknown())],
        },
    ),
}
