"""Rules about containers and the registries that their images lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.aws.types import TASK_DEFINITION
from policies.documents import document, spelled
from policies.inputs import demand, every, made, negated, some
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer, Field

_SERVICES = (
    "aws:ecs/service:Service",
    "aws:ecs/taskSet:TaskSet",
)
_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
_SCHEDULE = "aws:scheduler/schedule:Schedule"
_CLUSTER = "aws:ecs/cluster:Cluster"
_REPOSITORY = "aws:ecr/repository:Repository"
_SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
_POWERFUL = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "NET_ADMIN", "DAC_READ_SEARCH"})
_IMMUTABLE = frozenset({"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"})
_INSIGHTS = frozenset({"ENABLED", "ENHANCED"})
_SCANS = frozenset({"SCAN_ON_PUSH", "CONTINUOUS_SCAN"})


# What is read of a container: the provider takes these names in any letters.
_NAMES = {
    name.lower(): name
    for name in (
        *("name", "image", "command", "entryPoint", "environment", "value", "secrets", "valueFrom", "privileged"),
        *("linuxParameters", "capabilities", "add", "readonlyRootFilesystem", "healthCheck", "dockerLabels"),
        *("logConfiguration", "firelensConfiguration", "logDriver", "options"),
    )
}


def containers(task: Field) -> tuple[Field, ...]:
    """The containers of a task definition; one hidden field where its text cannot be read."""
    return described(task["containerDefinitions"]).items()


def described(field: Field) -> Field:
    """The description of a container or of several: a document whose names may be written in any letters."""
    return spelled(document(field), _NAMES)


def _linux(task: Field) -> Answer:
    family = task["runtimePlatform"]["operatingSystemFamily"].text(default="LINUX")
    return None if family is None else not family.upper().startswith("WINDOWS")


def _named(container: Field, wrong: str) -> str:
    """What is wrong, with the container's name where the plan tells it."""
    name = container["name"].text()
    return f"{wrong} in its container {name}" if name else wrong


def _judge_addresses(graph: Graph) -> Iterator[Verdict]:
    found = [each["networkConfiguration"] for each in made(graph, *_SERVICES)]
    found += [each["ecsTarget"]["networkConfiguration"] for each in made(graph, _TARGET)]
    found += [each["target"]["ecsParameters"]["networkConfiguration"] for each in made(graph, _SCHEDULE)]
    for network in found:
        public = network["assignPublicIp"]
        word = (public.text() or "").upper()  # schedules spell it as the API does
        asked = word == "ENABLED" if word in ("ENABLED", "DISABLED") else public.flag(default=False)
        yield from demand(public, negated(asked), "gives its tasks public addresses")


def _judge_privileges(graph: Graph) -> Iterator[Verdict]:
    for task in made(graph, TASK_DEFINITION):
        for container in containers(task):
            privileged = container["privileged"]
            wrong = _named(container, "runs a program with the rights of the machine itself")
            yield from demand(privileged, negated(privileged.flag(default=False)), wrong)
            if container.hidden:
                continue
            for added in container["linuxParameters"]["capabilities"]["add"].items():
                yield from demand(added, negated(added.among(_POWERFUL)), wrong)


def _judge_root_disk(graph: Graph) -> Iterator[Verdict]:
    for task in made(graph, TASK_DEFINITION):
        for container in containers(task):
            field = container["readonlyRootFilesystem"]
            holds = some((negated(_linux(task)), field.flag(default=False)))
            yield from demand(field, holds, _named(container, "lets a program change its own files"))


def _judge_logs(graph: Graph) -> Iterator[Verdict]:
    for task in made(graph, TASK_DEFINITION):
        for container in containers(task):
            driver = container["logConfiguration"]["logDriver"]
            yield from demand(driver, driver.present, _named(container, "keeps no log"))


def _judge_namespaces(graph: Graph) -> Iterator[Verdict]:
    for task in made(graph, TASK_DEFINITION):
        for name in ("pidMode", "ipcMode"):
            yield from demand(task[name], negated(task[name].among({"HOST"})), "sees the machine's other processes")


def _judge_roles(graph: Graph) -> Iterator[Verdict]:
    for task in made(graph, TASK_DEFINITION):
        own, starting = task["taskRoleArn"], task["executionRoleArn"]
        if own.absent or starting.absent:
            continue
        yield from demand(own, _differ(own, starting), "runs with the role that starts it")


def _differ(one: Field, other: Field) -> Answer:
    texts = [each.value.text if isinstance(each.value, Unknown) else each.text() or "" for each in (one, other)]
    if all(texts):
        return texts[0] != texts[1]
    waits = [set(one.resource.property_dependencies.get(each.path, ())) for each in (one, other)]
    return True if all(waits) and not waits[0] & waits[1] else None


def _judge_platform(graph: Graph) -> Iterator[Verdict]:
    for service in made(graph, *_SERVICES):
        version = service["platformVersion"]
        yield from demand(version, version.among({"LATEST"}, default="LATEST"), "keeps to an old platform of Fargate")


def _judge_insights(graph: Graph) -> Iterator[Verdict]:
    for cluster in made(graph, _CLUSTER):
        settings = cluster["settings"]
        holds = some(
            every((each["name"].among({"CONTAINERINSIGHTS"}), each["value"].among(_INSIGHTS)))
            for each in settings.items()
        )
        yield from demand(settings, holds, "measures nothing of its containers")


def _judge_scans(graph: Graph) -> Iterator[Verdict]:
    everywhere = some(
        rule["scanFrequency"].among(_SCANS) for each in made(graph, _SCANNING) for rule in each["rules"].items()
    )
    for repository in made(graph, _REPOSITORY):
        scans = repository["imageScanningConfiguration"]["scanOnPush"]
        yield from demand(scans, some((everywhere, scans.flag(default=False))), "takes images without a look into them")


def _judge_tags(graph: Graph) -> Iterator[Verdict]:
    for repository in made(graph, _REPOSITORY):
        field = repository["imageTagMutability"]
        yield from demand(field, field.among(_IMMUTABLE), "lets a tag be moved to another image")


RULES = (
    Rule(
        id="tasks-without-public-address",
        title="Tasks have no public address",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ECS.2", "FSBP ECS.16", "CKV_AWS_333"),
        rationale="A task with a public address is one wrong rule away from the internet, past the load balancer.",
        remedy="Set assign_public_ip=False, put the tasks into private subnets and behind a load balancer.",
        judge=_judge_addresses,
    ),
    Rule(
        id="containers-unprivileged",
        title="Containers run without the rights of the machine",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ECS.4", "CKV_AWS_334"),
        rationale="A privileged container, or one with rights over the kernel, is no fence: who is in it is outside.",
        remedy='Leave "privileged" out, and give "linuxParameters.capabilities.add" none that reaches the host.',
        judge=_judge_privileges,
        hidden_in_preview="the rights of a container stand in one text with its image and its secrets",
    ),
    Rule(
        id="containers-read-only",
        title="Containers cannot change their own files",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECS.5", "CKV_AWS_336"),
        rationale="On a disk that can be written an intruder leaves tools behind and replaces what the container runs.",
        remedy='Set "readonlyRootFilesystem": true and mount a volume where the program must write.',
        judge=_judge_root_disk,
    ),
    Rule(
        id="containers-log",
        title="Containers log",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECS.9",),
        rationale="What a container prints without a log driver is lost when it ends, just when somebody needs it.",
        remedy='Set "logConfiguration", e.g. "awslogs" with a log group that has a retention.',
        judge=_judge_logs,
    ),
    Rule(
        id="containers-own-processes",
        title="Tasks do not share the machine's processes",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECS.3", "CKV_AWS_335"),
        rationale="With the host's process list a container reads the memory and the secrets of all others.",
        remedy="Leave pid_mode and ipc_mode out.",
        judge=_judge_namespaces,
    ),
    Rule(
        id="task-role-is-not-execution-role",
        title="A task's own role is not the one that starts it",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("CKV_AWS_249",),
        rationale="The role that starts a task reads its secrets and images. The program inside needs neither right.",
        remedy="Make two roles: execution_role_arn to pull and read secrets, task_role_arn for what the program calls.",
        judge=_judge_roles,
    ),
    Rule(
        id="tasks-on-latest-platform",
        title="Fargate services run on the latest platform",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECS.10", "CKV_AWS_332"),
        rationale="An old platform gets no repairs of its kernel and its container runtime.",
        remedy='Leave platform_version out or set "LATEST".',
        judge=_judge_platform,
    ),
    Rule(
        id="cluster-container-insights",
        title="Clusters measure their containers",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECS.12", "CKV_AWS_65"),
        rationale="Without measurements of each container, memory that runs out shows only as a task that ended.",
        remedy='Set settings=[{"name": "containerInsights", "value": "enabled"}].',
        judge=_judge_insights,
    ),
    Rule(
        id="images-scanned",
        title="Images are scanned when they are pushed",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ECR.1", "CKV_AWS_163"),
        rationale="Known holes in packages of an image are found by machines within hours, by friends and others.",
        remedy="Set image_scanning_configuration with scan_on_push=True, or scan the registry as a whole.",
        judge=_judge_scans,
    ),
    Rule(
        id="image-tags-immutable",
        title="Tags of images cannot be moved",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ECR.2", "CKV_AWS_51"),
        rationale="Where a tag can be moved, what was tested is not what runs, and going back brings something else.",
        remedy='Set image_tag_mutability="IMMUTABLE".',
        judge=_judge_tags,
    ),
)
