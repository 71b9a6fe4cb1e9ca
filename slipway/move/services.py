"""How what runs on a side is drained, stopped, started and held back: by what it runs on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.move.shell import containers, made, word

if TYPE_CHECKING:
    from slipway.move.facts import Made, Service, Side

_SUSPENDED = "DynamicScalingInSuspended={0},DynamicScalingOutSuspended={0},ScheduledScalingSuspended={0}"
_DOCKERS_OWN = 10  # seconds that docker gives a container of which nothing is said
_TASKS = "--service-namespace ecs --scalable-dimension ecs:service:DesiredCount"


def machine(side: Side) -> tuple[str, ...]:
    """Where the SQLite file is, where that takes a name: the machine of a group, or a container that has its volume."""
    if side.contained and side.sqlite is not None and side.services[0].made is not None:
        return (
            f"{side.word}_CONTAINER={made(side, side.services[0].made)}",
            f"{side.word}_IMAGE=$({side.low}_docker inspect --format '{{{{.Image}}}}' \"${side.word}_CONTAINER\")",
        )
    group = side.services[0].made
    if side.runs != "machines" or group is None:
        return ()
    return (
        (
            f"{side.word}_MACHINE=$({side.low}_aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names"
            f" {made(side, group)} --query 'AutoScalingGroups[0].Instances[0].InstanceId' --output text)"
        ),
    )


def stop(side: Side) -> tuple[str, ...]:
    """Commands after which no service of the side takes anything or writes anything; what is under way ends first."""
    if side.runs == "worker":
        return _block(side)
    if side.runs == "machines":
        return _stop_machines(side)
    if side.runs == "server":
        return _stop_server(side)
    if side.contained:
        # No engine starts again what was stopped so, whatever is started anew meanwhile.
        return (f"{side.low}_docker stop -t {side.drain or _DOCKERS_OWN} {containers(side)}",)
    return tuple(command for service in side.services for command in _stop(side, service))


def start(side: Side) -> tuple[str, ...]:
    """Commands that undo `stop`."""
    if side.runs == "worker":
        return _unblock(side)
    if side.runs == "machines":
        return _start_machines(side)
    if side.runs == "server":
        return _start_server(side)
    if side.contained:
        return (
            f"{side.low}_docker start {containers(side)}",
            f"well {side.low}_docker {containers(side)}",
        )
    return tuple(command for service in side.services for command in _start(side, service))


def stopped_good(side: Side) -> str:
    """What one sees when the side is stopped."""
    return {
        "tasks": "`wait` ends without a word: no task runs.",
        "machines": "each machine says nothing; its services are stopped, and it stays up.",
        "worker": "a request to the host is answered with Cloudflare's block page (403).",
        "containers": "the name of each container is printed: it is stopped, also after its engine or machine starts anew.",
    }.get(side.runs, "the units are inactive.")


def caution(side: Side) -> str:
    """What must not be done while the side is stopped, as the end of a text; empty where there is nothing."""
    if not side.contained:
        return ""
    return (
        f" Until it is started, no `pulumi refresh` of `{side.stack}`, and no deployment: Pulumi's provider deletes a container"
        " that it finds stopped."
    )


def hold_jobs(side: Side) -> tuple[str, ...]:
    """Commands after which nothing of the side runs by the clock."""
    return _jobs(side, "DISABLED")


def release_jobs(side: Side) -> tuple[str, ...]:
    """Commands after which it does again."""
    return _jobs(side, "ENABLED")


def hold_queues(side: Side) -> tuple[str, ...]:
    """Commands after which no queue of the side is worked on."""
    return tuple(_queue(side, name, "pause-delivery") for name in side.queues)


def release_queues(side: Side) -> tuple[str, ...]:
    """Commands after which they are again."""
    return tuple(_queue(side, name, "resume-delivery") for name in side.queues)


def quiet(side: Side, *, on: bool) -> tuple[str, ...]:
    """Commands that switch off what the side's alarms do, or on again."""
    do = "enable" if on else "disable"
    return (
        (
            f'pulumi stack export --stack "${side.word}" | jq -r \'.deployment.resources[] | select(.type =='
            ' "aws:cloudwatch/metricAlarm:MetricAlarm").id\' | '
            f'while read -r alarm; do {side.low}_aws cloudwatch {do}-alarm-actions --alarm-names "$alarm" </dev/null; done'
        ),
    )


def _queue(side: Side, name: str, do: str) -> str:
    slug = name.lower().replace("_", "-")
    return f"npx wrangler queues {do} {side.app}-{side.environment}-{slug}"


def _stop(side: Side, service: Service) -> tuple[str, ...]:
    what = service.made
    if what is None:
        return ()
    cluster, name = made(side, what, "cluster"), made(side, what)
    return (
        *_scaling(side, service, least=0, held="true"),
        f"{side.low}_aws ecs update-service --cluster {cluster} --service {name} --desired-count 0 >/dev/null",
        f"{side.low}_aws ecs wait services-stable --cluster {cluster} --services {name}",
    )


def _start(side: Side, service: Service) -> tuple[str, ...]:
    what = service.made
    if what is None:
        return ()
    cluster, name = made(side, what, "cluster"), made(side, what)
    count = max(service.count, service.least, 1)
    return (
        f"{side.low}_aws ecs update-service --cluster {cluster} --service {name} --desired-count {count} >/dev/null",
        f"{side.low}_aws ecs wait services-stable --cluster {cluster} --services {name}",
        *_scaling(side, service, least=max(service.least, 1), held="false"),
    )


def _stop_server(side: Side) -> tuple[str, ...]:
    """The server stays up, and security updates may start it anew at night: then too its services stay down."""
    return (
        f"on_{side.low} systemctl disable slipway-resume",
        *(f"on_{side.low} systemctl stop {word(f'{service.unit}@*')}" for service in side.services),
    )


def _start_server(side: Side) -> tuple[str, ...]:
    """The server knows which slot of each service served."""
    return (
        f"on_{side.low} systemctl enable slipway-resume",
        f"on_{side.low} /usr/local/lib/slipway/release.py resume",
    )


def _scaling(side: Side, service: Service, *, least: int, held: str) -> tuple[str, ...]:
    """The command after which nothing brings tasks back by itself, or does again."""
    if service.scaling is None:
        return ()
    command = (
        f"{side.low}_aws application-autoscaling register-scalable-target {_TASKS}"
        f" --resource-id {made(side, service.scaling)} --min-capacity {least} --suspended-state {_SUSPENDED.format(held)}"
    )
    return (command,)


def _stop_machines(side: Side) -> tuple[str, ...]:
    """Machines that stay up without their services: others may reach data through them, and they start again at once."""
    groups = _groups(side)
    doors = [line for service in side.services for line in _door(side, service, "detach")]
    return (
        *(
            f"{side.low}_aws autoscaling suspend-processes --auto-scaling-group-name {made(side, each)}"
            for each in groups
        ),
        *doors,
        *([f"sleep {side.drain}"] if doors and side.drain else []),
        *(
            line
            for service in side.services
            for line in _on_machines(side, service, f"sudo systemctl stop {service.unit}")
        ),
    )


def _start_machines(side: Side) -> tuple[str, ...]:
    groups = _groups(side)
    return (
        *(
            line
            for service in side.services
            for line in _on_machines(side, service, f"sudo systemctl start {service.unit}")
        ),
        *(line for service in side.services for line in _door(side, service, "attach")),
        *(
            f"{side.low}_aws autoscaling resume-processes --auto-scaling-group-name {made(side, each)}"
            for each in groups
        ),
    )


def _groups(side: Side) -> tuple[Made, ...]:
    return tuple(dict.fromkeys(service.made for service in side.services if service.made is not None))


def _door(side: Side, service: Service, do: str) -> tuple[str, ...]:
    if service.door is None or service.made is None:
        return ()
    return (
        (
            f"{side.low}_aws autoscaling {do}-load-balancer-target-groups --auto-scaling-group-name {made(side, service.made)}"
            f" --target-group-arns {made(side, service.door)}"
        ),
    )


def _on_machines(side: Side, service: Service, command: str) -> tuple[str, ...]:
    if service.made is None:
        return ()
    aws = f"{side.low}_aws"
    said = 'command=["' + command + '"]'
    return (
        (
            f"for machine in $({aws} autoscaling describe-auto-scaling-groups --auto-scaling-group-names"
            f" {made(side, service.made)} --query 'AutoScalingGroups[0].Instances[].InstanceId' --output text); do"
            f' {aws} ssm start-session --target "$machine" --document-name AWS-StartInteractiveCommand'
            f" --parameters {word(said)}; done"
        ),
    )


def _block(side: Side) -> tuple[str, ...]:
    """A rule of the zone that lets nobody through to the hosts, until it is deleted."""
    if not side.hosts:
        return ()
    hosts = " ".join(f'"{host}"' for host in side.hosts)
    rule = {"action": "block", "description": "slipway-move", "expression": f"http.host in {{{hosts}}}"}
    zone = f"/zones/{side.edge_zone}/rulesets"
    entry = f"{zone}/phases/http_request_firewall_custom/entrypoint"
    return (
        f"cf GET {entry} >/dev/null || cf PUT {entry} '{{\"rules\": []}}' >/dev/null",
        f"RULES=$(cf GET {entry} | jq -re .result.id)",
        f'cf POST "{zone}/$RULES/rules" {word(json.dumps(rule))} >/dev/null',
    )


def _unblock(side: Side) -> tuple[str, ...]:
    zone = f"/zones/{side.edge_zone}/rulesets"
    entry = f"{zone}/phases/http_request_firewall_custom/entrypoint"
    return (
        f"RULES=$(cf GET {entry} | jq -re .result.id)",
        (
            f"cf GET {entry} | jq -r '.result.rules[] | select(.description == \"slipway-move\").id' | while read -r rule; do"
            f' cf DELETE "{zone}/$RULES/rules/$rule" >/dev/null; done'
        ),
    )


def _jobs(side: Side, state: str) -> tuple[str, ...]:
    found: list[str] = []
    for job in side.jobs:
        if job.made is None:
            continue
        name, group = made(side, job.made, "name"), made(side, job.made, "groupName")
        found.append(
            f"{side.low}_aws scheduler get-schedule --name {name} --group-name {group} | jq"
            f" 'del(.Arn, .CreationDate, .LastModificationDate) | .State = \"{state}\"' |"
            f" {side.low}_aws scheduler update-schedule --cli-input-json file:///dev/stdin >/dev/null"
        )
    if side.runs == "worker" and side.jobs:
        script = f"/accounts/{side.account}/workers/scripts/{side.services[0].unit}/schedules"
        crons = [] if state == "DISABLED" else [{"cron": job.name} for job in side.jobs]
        found.append(f"cf PUT {script} {word(json.dumps(crons))} >/dev/null")
    return tuple(found)
