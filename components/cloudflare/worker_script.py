"""A Worker whose releases answer every request as soon as they are uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.durable_objects import migrations
from components.cloudflare.sdk import cloudflare
from components.cloudflare.worker_bindings import bindings

if TYPE_CHECKING:
    import pulumi

    from components.cloudflare.edge_application_args import EdgeApplicationArgs


def script(name: str, args: EdgeApplicationArgs, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """The Worker, below the component of that name; its own name, known once it is there."""
    made = cloudflare.WorkersScript(
        f"{name}-worker",
        account_id=args["account_id"],
        script_name=args["script_name"],
        main_module=args["main"].rpartition("/")[2],
        content_file=args["main"],
        content_sha256=args["sha256"],
        compatibility_date=args["compatibility_date"],
        compatibility_flags=args["compatibility_flags"],
        assets=_assets(args),
        bindings=list(bindings(args, cloudflare.WorkersScriptBindingArgs)),
        migrations=migrations(args["migrations"], args.get("migrated", "")),
        observability=_observability(),
        placement=cloudflare.WorkersScriptPlacementArgs(mode="smart") if args["databases"] else None,
        opts=child,
    )
    # Under workers.dev anybody would reach it past the zone's firewall and rate limit.
    cloudflare.WorkersScriptSubdomain(
        f"{name}-subdomain",
        account_id=args["account_id"],
        script_name=made.script_name,
        enabled=False,
        previews_enabled=False,
        opts=child,
    )
    return made.script_name


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
