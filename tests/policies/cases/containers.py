"""Plans for the rules about containers and registries."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import TASK_DEFINITION
from tests.policies.cases.building import Cases, a, text
from tests.policies.plans import opaque, template, whole

SERVICE, TASK_SET = "aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"
TARGET, SCHEDULE = "aws:cloudwatch/eventTarget:EventTarget", "aws:scheduler/schedule:Schedule"
CLUSTER, REPOSITORY = "aws:ecs/cluster:Cluster", "aws:ecr/repository:Repository"
SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop"}}
SHOP = a(REPOSITORY, "shop", imageTagMutability="IMMUTABLE")
ROLE = a("aws:iam/role:Role", "task")
OTHER_ROLE = a("aws:iam/role:Role", "starting")


def task(*containers: Any, **more: Any) -> Any:
    """A task definition; its containers as JSON."""
    return a(TASK_DEFINITION, family="shop", containerDefinitions=text(list(containers)), **more)


def container(**more: Any) -> dict[str, Any]:
    return {"name": "web", "image": "shop:1", **more}


HALF_KNOWN = '[{{"name": "web", "image": "{}:1", PRIVILEGED"logConfiguration": {{"logDriver": "awslogs"}}}}]'
URL = whole(SHOP, "repositoryUrl").references

CASES = {
    "tasks-without-public-address": Cases(
        good={
            "said": [a(SERVICE, networkConfiguration={"assignPublicIp": False, "subnets": ["s"]})],
            "the default": [a(SERVICE, networkConfiguration={"subnets": ["s"]})],
            "no network of its own": [a(SERVICE)],
            "a schedule": [
                a(SCHEDULE, target={"ecsParameters": {"networkConfiguration": {"assignPublicIp": "DISABLED"}}})
            ],
        },
        bad={
            "a service": [a(SERVICE, networkConfiguration={"assignPublicIp": True, "subnets": ["s"]})],
            "a task set": [a(TASK_SET, networkConfiguration={"assignPublicIp": "true"})],
            "an event": [a(TARGET, ecsTarget={"networkConfiguration": {"assignPublicIp": True}})],
            "a schedule": [
                a(SCHEDULE, target={"ecsParameters": {"networkConfiguration": {"assignPublicIp": "ENABLED"}}})
            ],
        },
        unproven={"unknown": [a(SERVICE, networkConfiguration=Unknown())]},
    ),
    "containers-unprivileged": Cases(
        good={
            "nothing said": [task(container())],
            "off": [task(container(privileged=False))],
            "off in capitals": [task({"Name": "web", "Privileged": False})],
            "a capability that stays inside": [
                task(container(linuxParameters={"capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}}))
            ],
            "a text with references": [
                SHOP,
                a(TASK_DEFINITION, containerDefinitions=template(HALF_KNOWN.replace("PRIVILEGED", ""), *URL)),
            ],
        },
        bad={
            "in capitals": [task({"Name": "web", "Image": "shop:1", "Privileged": True})],
            "a capability in capitals": [
                task({"Name": "web", "LinuxParameters": {"Capabilities": {"Add": ["SYS_ADMIN"]}}})
            ],
            "one": [task(container(privileged=True))],
            "the second": [task(container(), container(name="agent", privileged=True))],
            "as text": [task(container(privileged="true"))],
            "a list in the program": [a(TASK_DEFINITION, containerDefinitions=[container(privileged=True)])],
            "the rights of the kernel": [
                task(container(linuxParameters={"capabilities": {"add": ["SYS_ADMIN"]}})),
            ],
            "all rights": [task(container(linuxParameters={"capabilities": {"add": ["ALL"]}}))],
            "a text with references": [
                SHOP,
                a(
                    TASK_DEFINITION,
                    containerDefinitions=template(HALF_KNOWN.replace("PRIVILEGED", '"privileged": true, '), *URL),
                ),
            ],
        },
        unproven={
            "unknown": [a(TASK_DEFINITION, containerDefinitions=opaque(SHOP))],
            "secret": [a(TASK_DEFINITION, containerDefinitions=Secret())],
            "no JSON": [a(TASK_DEFINITION, containerDefinitions="[{")],
        },
    ),
    "containers-read-only": Cases(
        good={
            "said": [task(container(readonlyRootFilesystem=True))],
            "Windows": [task(container(), runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"})],
        },
        bad={
            "nothing said": [task(container())],
            "off": [task(container(readonlyRootFilesystem=False))],
            "the second": [task(container(readonlyRootFilesystem=True), container())],
        },
        unproven={"unknown": [a(TASK_DEFINITION, containerDefinitions=Unknown())]},
    ),
    "containers-log": Cases(
        good={
            "said": [task(container(logConfiguration=LOG))],
            "said in capitals": [task({"Name": "web", "LogConfiguration": {"LogDriver": "awslogs"}})],
        },
        bad={
            "nothing said": [task(container())],
            "the second": [task(container(logConfiguration=LOG), container())],
            "no driver": [task(container(logConfiguration={}))],
        },
        unproven={"unknown": [a(TASK_DEFINITION, containerDefinitions=Unknown())]},
    ),
    "containers-own-processes": Cases(
        good={"nothing said": [task(container())], "the task's": [task(container(), pidMode="task")]},
        bad={
            "the host's": [task(container(), pidMode="host")],
            "memory": [task(container(), ipcMode="host")],
        },
        unproven={"unknown": [task(container(), pidMode=Unknown())]},
    ),
    "task-role-is-not-execution-role": Cases(
        good={
            "two roles": [
                ROLE,
                OTHER_ROLE,
                task(container(), taskRoleArn=whole(ROLE, "arn"), executionRoleArn=whole(OTHER_ROLE, "arn")),
            ],
            "two names": [task(container(), taskRoleArn="arn:one", executionRoleArn="arn:two")],
            "one role": [task(container(), executionRoleArn="arn:two")],
            "two roles, as a preview tells": [
                *(ROLE, OTHER_ROLE),
                task(container(), taskRoleArn=opaque(ROLE), executionRoleArn=opaque(OTHER_ROLE)),
            ],
        },
        bad={
            "one role": [ROLE, task(container(), taskRoleArn=whole(ROLE, "arn"), executionRoleArn=whole(ROLE, "arn"))],
            "one name": [task(container(), taskRoleArn="arn:one", executionRoleArn="arn:one")],
        },
        unproven={
            "unknown": [task(container(), taskRoleArn=Unknown(), executionRoleArn="arn:two")],
            "one role, as a preview tells": [
                ROLE,
                task(container(), taskRoleArn=opaque(ROLE), executionRoleArn=opaque(ROLE)),
            ],
        },
    ),
    "tasks-on-latest-platform": Cases(
        good={"nothing said": [a(SERVICE)], "latest": [a(SERVICE, platformVersion="LATEST")]},
        bad={"an old one": [a(SERVICE, platformVersion="1.3.0")], "a task set": [a(TASK_SET, platformVersion="1.4.0")]},
        unproven={"unknown": [a(SERVICE, platformVersion=Unknown())]},
    ),
    "cluster-container-insights": Cases(
        good={
            "enabled": [a(CLUSTER, settings=[{"name": "containerInsights", "value": "enabled"}])],
            "enhanced": [a(CLUSTER, settings=[{"name": "containerInsights", "value": "enhanced"}])],
        },
        bad={
            "nothing said": [a(CLUSTER)],
            "off": [a(CLUSTER, settings=[{"name": "containerInsights", "value": "disabled"}])],
        },
        unproven={"unknown": [a(CLUSTER, settings=Unknown())]},
    ),
    "images-scanned": Cases(
        good={
            "its own": [a(REPOSITORY, imageScanningConfiguration={"scanOnPush": True})],
            "the registry's": [
                a(REPOSITORY),
                a(SCANNING, "all", scanType="BASIC", rules=[{"scanFrequency": "SCAN_ON_PUSH"}]),
            ],
        },
        bad={
            "nothing said": [a(REPOSITORY)],
            "off": [a(REPOSITORY, imageScanningConfiguration={"scanOnPush": False})],
            "by hand": [a(REPOSITORY), a(SCANNING, "all", rules=[{"scanFrequency": "MANUAL"}])],
        },
        unproven={"unknown": [a(REPOSITORY, imageScanningConfiguration=Unknown())]},
    ),
    "image-tags-immutable": Cases(
        good={
            "said": [SHOP],
            "with exceptions": [a(REPOSITORY, imageTagMutability="IMMUTABLE_WITH_EXCLUSION")],
        },
        bad={
            "the default": [a(REPOSITORY)],
            "mutable": [a(REPOSITORY, imageTagMutability="MUTABLE")],
            "mutable with exceptions": [a(REPOSITORY, imageTagMutability="MUTABLE_WITH_EXCLUSION")],
        },
        unproven={"unknown": [a(REPOSITORY, imageTagMutability=Unknown())]},
    ),
}
