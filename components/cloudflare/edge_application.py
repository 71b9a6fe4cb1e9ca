"""An application at Cloudflare's edge: one Worker, what it is bound to and where it answers."""

from collections.abc import Iterator

import pulumi

from components.cloudflare.durable_objects import migrations, recorded
from components.cloudflare.edge_application_args import EdgeApplicationArgs
from components.cloudflare.sdk import cloudflare
from components.cloudflare.worker_ways import ways


class EdgeApplication(pulumi.ComponentResource):
    """Guarantees that a Worker answers under its hosts and routes alone, and that no secret of it is shown anywhere.

    Its logs are kept. The list of migrations of Durable Objects is among its inputs, so that the state tells what is
    applied.
    """

    script_name: pulumi.Output[str]
    """What the Worker is called, known once it is there."""

    def __init__(self, name: str, args: EdgeApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeApplication", name, {"migrations": recorded(args["migrations"])}, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = args["account_id"]
        script = cloudflare.WorkersScript(
            f"{name}-worker",
            account_id=account,
            script_name=args["script_name"],
            main_module=args["main"].rpartition("/")[2],
            content_file=args["main"],
            content_sha256=args["sha256"],
            compatibility_date=args["compatibility_date"],
            compatibility_flags=args["compatibility_flags"],
            assets=_assets(args),
            bindings=list(_bindings(args)),
            migrations=migrations(args["migrations"], args.get("migrated", "")),
            observability=_observability(),
            placement=cloudflare.WorkersScriptPlacementArgs(mode="smart") if args["databases"] else None,
            opts=child,
        )
        self.script_name = script.script_name
        # Under workers.dev anybody would reach it past the zone's firewall and rate limit.
        cloudflare.WorkersScriptSubdomain(
            f"{name}-subdomain",
            account_id=account,
            script_name=script.script_name,
            enabled=False,
            previews_enabled=False,
            opts=child,
        )
        ways(name, args, script.script_name, child)
        self.register_outputs({"scriptName": self.script_name})


def _observability() -> cloudflare.WorkersScriptObservabilityArgs:
    """Every request's logs: Cloudflare keeps them for days."""
    return cloudflare.WorkersScriptObservabilityArgs(
        enabled=True,
        head_sampling_rate=1,
        logs=cloudflare.WorkersScriptObservabilityLogsArgs(enabled=True, invocation_logs=True, head_sampling_rate=1),
    )


def _assets(args: EdgeApplicationArgs) -> cloudflare.WorkersScriptAssetsArgs | None:
    if "assets" not in args:
        return None
    said = args["assets"]
    return cloudflare.WorkersScriptAssetsArgs(
        directory=said["directory"],
        config=cloudflare.WorkersScriptAssetsConfigArgs(
            not_found_handling=said["not_found"],
            run_worker_first=said.get("worker_first") or None,
            headers=said.get("headers"),
            redirects=said.get("redirects"),
        ),
    )


def _bindings(args: EdgeApplicationArgs) -> Iterator[cloudflare.WorkersScriptBindingArgs]:
    """Each in the form of its kind. What is secret is marked so on entry, whatever was handed over."""
    bound = cloudflare.WorkersScriptBindingArgs
    for name, value in args["variables"].items():
        yield bound(name=name, type="plain_text", text=value)
    for name, value in args["secrets"].items():
        yield bound(name=name, type="secret_text", text=pulumi.Output.secret(value))
    for name, database in args["databases"].items():
        yield bound(name=name, type="d1", database_id=database)
    for name, bucket in args["buckets"].items():
        yield bound(name=name, type="r2_bucket", bucket_name=bucket)
    for name, namespace in args.get("namespaces", {}).items():
        yield bound(name=name, type="kv_namespace", namespace_id=namespace)
    for name, queue in args.get("queues", {}).items():
        yield bound(name=name, type="queue", queue_name=queue)
    for name, kind in args["objects"].items():
        yield bound(name=name, type="durable_object_namespace", class_name=kind)
    if "binding" in args.get("assets", {}):
        yield bound(name=args["assets"]["binding"], type="assets")
