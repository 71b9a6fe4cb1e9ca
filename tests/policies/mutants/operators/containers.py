"""Mutations of containers, of what starts them and of where their images come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.mutants.changes import edited, hidden, put, removed, retold, stating, text_of
from tests.policies.mutants.mutation import Operator
from tests.policies.mutants.operators.machines import TASK

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value
    from tests.policies.mutants.changes import Change, Edit

SERVICE, CLUSTER = "aws:ecs/service:Service", "aws:ecs/cluster:Cluster"
REPOSITORY = "aws:ecr/repository:Repository"
PUBLIC, RIGHTS, DISK = "tasks-without-public-address", "containers-unprivileged", "containers-read-only"
LOG, PROCESSES, ROLES = "containers-log", "containers-own-processes", "task-role-is-not-execution-role"
SECRETS, SCANNED = "environment-without-secrets", "images-scanned"
NETWORK = "networkConfiguration"


def told(old: str, new: str) -> Edit:
    return lambda _graph, _resource, value: retold(value, old, new)


def definitions(old: str, new: str) -> Change:
    return edited(TASK, "containerDefinitions", told(old, new))


def written(begun: str, more: str, whole: str) -> Change:
    """More at the beginning of what a container says there; where it says nothing, the whole of it."""

    def change(_graph: Graph, _resource: Resource, old: Value) -> Value:
        says = begun in text_of(old)
        return retold(old, begun, f"{begun}{more}") if says else retold(old, READ_ONLY, f"{READ_ONLY}, {whole}")

    return edited(TASK, "containerDefinitions", change)


def starting_role(_graph: Graph, task: Resource, _old: Value) -> Value:
    return task.inputs.get("executionRoleArn")


PLACED = stating(NETWORK)
READ_ONLY = '"readonlyRootFilesystem": true'
OPERATORS = (
    Operator(PUBLIC, "asked for", put(SERVICE, f"{NETWORK}.assignPublicIp", value=True, where=PLACED)),
    Operator(PUBLIC, "asked for as a text", put(SERVICE, f"{NETWORK}.assignPublicIp", "true", PLACED)),
    Operator(PUBLIC, "a network that only deployment tells", hidden(SERVICE, NETWORK), "unproven"),
    Operator(RIGHTS, "privileged in capitals", definitions(READ_ONLY, f'{READ_ONLY}, "Privileged": true')),
    Operator(RIGHTS, "privileged", definitions(READ_ONLY, f'{READ_ONLY}, "privileged": true')),
    Operator(
        RIGHTS,
        "a powerful capability",
        written(
            '"capabilities": {',
            '"add": ["SYS_ADMIN"], ',
            '"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}',
        ),
    ),
    Operator(RIGHTS, "a text that only deployment tells", hidden(TASK, "containerDefinitions"), "unproven"),
    Operator(DISK, "may write", definitions(READ_ONLY, READ_ONLY.replace("true", "false"))),
    Operator(DISK, "nothing said", definitions(f"{READ_ONLY}, ", "")),
    Operator(LOG, "no log", definitions('"logConfiguration"', '"dockerLabels"')),
    Operator(PROCESSES, "the machine's processes", put(TASK, "pidMode", "host")),
    Operator(PROCESSES, "the machine's memory", put(TASK, "ipcMode", "HOST")),
    Operator(ROLES, "one role for both", edited(TASK, "taskRoleArn", starting_role)),
    Operator(
        SECRETS,
        "a password as a variable",
        definitions('"environment": [', '"environment": [{"name": "DB_PASSWORD", "value": "hunter2-of-mine"}, '),
    ),
    Operator(
        SECRETS,
        "a password inside a variable",
        definitions(
            '"environment": [',
            '"environment": [{"name": "DB", "value": "jdbc:postgresql://db/shop?user=app&password=hunter2"}, ',
        ),
    ),
    Operator(
        SECRETS,
        "a password in a command",
        written('"command": [', '"--db-password", "hunter2", ', '"command": ["server", "--db-password", "hunter2"]'),
    ),
    Operator(
        SECRETS,
        "a token in a label",
        definitions(READ_ONLY, f'{READ_ONLY}, "dockerLabels": {{"api-token": "hunter2"}}'),
    ),
    Operator(SECRETS, "a text that only deployment tells", hidden(TASK, "containerDefinitions"), "unproven"),
    Operator("tasks-on-latest-platform", "an old platform", put(SERVICE, "platformVersion", "1.3.0")),
    Operator("cluster-container-insights", "switched off", put(CLUSTER, "settings.0.value", "disabled")),
    Operator("cluster-container-insights", "nothing said", removed(CLUSTER, "settings")),
    Operator(SCANNED, "switched off", put(REPOSITORY, "imageScanningConfiguration.scanOnPush", value=False)),
    Operator(SCANNED, "nothing said", removed(REPOSITORY, "imageScanningConfiguration")),
    Operator("image-tags-immutable", "mutable", put(REPOSITORY, "imageTagMutability", "MUTABLE")),
    Operator("image-tags-immutable", "nothing said", removed(REPOSITORY, "imageTagMutability")),
)
