"""How requests, times and messages come to a Worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.records import NOWHERE, Record, record
from components.cloudflare.sdk import cloudflare

if TYPE_CHECKING:
    import pulumi

    from components.cloudflare.edge_application_args import EdgeApplicationArgs, EdgeConsumerArgs

_MILLISECONDS = 1000


def ways(name: str, args: EdgeApplicationArgs, script: pulumi.Output[str], child: pulumi.ResourceOptions) -> None:
    """All of them, below the component of that name, to the Worker of the name `script`."""
    for host in args["hosts"]:
        cloudflare.WorkersCustomDomain(
            f"{name}-{host}",
            account_id=args["account_id"],
            zone_id=args["zone_id"],
            hostname=host,
            service=script,
            opts=child,
        )
    _routes(name, args, script, child)
    if args["crons"]:
        cloudflare.WorkersCronTrigger(
            f"{name}-crons",
            account_id=args["account_id"],
            script_name=script,
            schedules=[cloudflare.WorkersCronTriggerScheduleArgs(cron=cron) for cron in args["crons"]],
            opts=child,
        )
    for queue, said in args.get("consumed", {}).items():
        cloudflare.QueueConsumer(
            f"{name}-{queue}-consumer",
            account_id=args["account_id"],
            queue_id=said["queue_id"],
            type="worker",
            script_name=script,
            dead_letter_queue=said.get("dead_letter_name"),
            settings=_work(said),
            opts=child,
        )


def _routes(name: str, args: EdgeApplicationArgs, script: pulumi.Output[str], child: pulumi.ResourceOptions) -> None:
    for host, route in args.get("routes", {}).items():
        leads_to = route.get("leads_to")
        if leads_to is not None:
            kind = "AAAA" if leads_to == NOWHERE else "CNAME"
            record(f"{name}-{host}-record", args["zone_id"], Record(host, kind, leads_to, proxied=True), child)
        for path in route["paths"]:
            cloudflare.WorkersRoute(
                f"{name}-{host}{path}",
                zone_id=args["zone_id"],
                pattern=f"{host}{path}",
                script=script,
                opts=child,
            )


def _work(said: EdgeConsumerArgs) -> cloudflare.QueueConsumerSettingsArgs:
    """Every figure is written down: one that the provider had to ask for would be a difference at each deployment."""
    return cloudflare.QueueConsumerSettingsArgs(
        batch_size=said["batch"],
        max_wait_time_ms=said["wait"] * _MILLISECONDS,
        max_retries=said["retries"],
        retry_delay=said["retry_delay"],
        max_concurrency=said.get("concurrency"),
    )
