"""A Worker whose releases are versions by themselves: one answers, or two share the requests.

A version is never changed, and Cloudflare keeps it when it leaves the program. So the version that was tried is the one
that answers every request later on, and the one that was there before is not uploaded again where a trial ends. Which
traps of the provider this form has stands in docs/decisions/0017-releases-as-versions.md.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.cloudflare.durable_objects import left
from components.cloudflare.sdk import cloudflare
from components.cloudflare.worker_bindings import bindings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.edge_application_args import EdgeApplicationArgs, EdgeAssetsArgs, EdgeCandidateArgs

_ALL = 100  # percent
_SHOWN = 12  # digits of a sum in a name


@dataclass(frozen=True, slots=True)
class _Release:
    main: str
    sha256: str
    directory: str | None
    rules: Mapping[str, str]
    """Rules for the answers from its files, by the name of the file that says them."""

    @classmethod
    def of(
        cls, said: EdgeApplicationArgs | EdgeCandidateArgs, files: EdgeAssetsArgs | EdgeCandidateArgs | None
    ) -> _Release:
        """The release with that module, and these files where the Worker serves any."""
        if files is None:
            return cls(said["main"], said["sha256"], None, {})
        rules = {"_headers": files.get("headers"), "_redirects": files.get("redirects")}
        told = {name: text for name, text in rules.items() if text is not None}
        return cls(said["main"], said["sha256"], files.get("directory"), told)


def versions(
    name: str, args: EdgeApplicationArgs, child: pulumi.ResourceOptions
) -> tuple[pulumi.Output[str], pulumi.Resource]:
    """The Worker's own name, and what sends requests to its versions: what leads to it waits for that."""
    worker = cloudflare.Worker(
        f"{name}-worker",
        account_id=args["account_id"],
        name=args["script_name"],
        observability=_observability(),
        # Under workers.dev anybody would reach it past the zone's firewall and rate limit.
        subdomain=cloudflare.WorkerSubdomainArgs(enabled=False, previews_enabled=False),
        opts=child,
    )
    release = _Release.of(args, args.get("assets"))
    shares = [(release, _ALL)]
    if "candidate" in args:
        said = args["candidate"]
        candidate = _Release.of(said, said)
        # In this order always: then objects that have come to the new version stay with it when its share grows.
        shares = [(release, _ALL - said["percent"]), (candidate, said["percent"])]
    deployment = cloudflare.WorkersDeployment(
        f"{name}-deployment",
        account_id=args["account_id"],
        script_name=worker.name,
        strategy="percentage",
        versions=[
            cloudflare.WorkersDeploymentVersionArgs(
                version_id=_version(name, args, worker.id, each, child).id, percentage=percent
            )
            for each, percent in shares
        ],
        opts=child,
    )
    return worker.name, deployment


def _version(
    name: str,
    args: EdgeApplicationArgs,
    worker: pulumi.Output[str],
    release: _Release,
    child: pulumi.ResourceOptions,
) -> cloudflare.WorkerVersion:
    """A release with what it is bound to. No placement: the provider sends it where nobody takes it."""
    return cloudflare.WorkerVersion(
        f"{name}-version-{release.sha256[:_SHOWN]}",
        account_id=args["account_id"],
        worker_id=worker,
        main_module=_named(release.main),
        modules=_modules(release),
        annotations=cloudflare.WorkerVersionAnnotationsArgs(workers_tag=release.sha256),
        compatibility_date=args["compatibility_date"],
        compatibility_flags=args["compatibility_flags"],
        assets=_assets(args, release),
        bindings=list(bindings(args, cloudflare.WorkerVersionBindingArgs)),
        migrations=left(args["migrations"], args.get("migrated", "")),
        opts=child,
    )


def _named(file: str) -> str:
    return file.rpartition("/")[2]


def _modules(release: _Release) -> list[cloudflare.WorkerVersionModuleArgs]:
    """The code, and beside it the rules for files: of a version Cloudflare's API takes them as modules."""
    code = cloudflare.WorkerVersionModuleArgs(
        name=_named(release.main), content_file=release.main, content_type="application/javascript+module"
    )
    rules = [
        cloudflare.WorkerVersionModuleArgs(
            name=name, content_base64=base64.b64encode(text.encode()).decode(), content_type="text/plain"
        )
        for name, text in release.rules.items()
    ]
    return [code, *rules]


def _observability() -> cloudflare.WorkerObservabilityArgs:
    """Every request's logs: Cloudflare keeps them for days."""
    return cloudflare.WorkerObservabilityArgs(
        enabled=True,
        head_sampling_rate=1,
        logs=cloudflare.WorkerObservabilityLogsArgs(enabled=True, invocation_logs=True, head_sampling_rate=1),
    )


def _assets(args: EdgeApplicationArgs, release: _Release) -> cloudflare.WorkerVersionAssetsArgs | None:
    if "assets" not in args:
        return None
    said = args["assets"]
    return cloudflare.WorkerVersionAssetsArgs(
        directory=release.directory,
        config=cloudflare.WorkerVersionAssetsConfigArgs(
            not_found_handling=said["not_found"], run_worker_first=said.get("worker_first") or None
        ),
    )
