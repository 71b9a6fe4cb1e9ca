"""Every file that a stack's plan and settings make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.aws_ec2 import AwsEc2
from config.cloudflare import Cloudflare
from config.docker import Docker
from config.machines import UbuntuImage
from config.release import TaggedRelease, ecr_repository
from config.vps import Vps
from config.vps_server import AwsPlace
from plan.graph import Graph
from slipway.render.dockerfile import dockerfile, dockerfile_notes, dockerignore
from slipway.render.env_example import dev_vars, env_example
from slipway.render.files import Rendered
from slipway.render.frontend import frontend_env, frontend_headers, frontend_notes, frontend_script, preview_env
from slipway.render.policy import Scope, deploy_policies, not_covered
from slipway.render.release import release_notes, release_script
from slipway.render.schedules import schedule_files
from slipway.render.task_definitions import task_definition_files
from slipway.render.user_data import user_data_files
from slipway.render.wrangler import wrangler_files

if TYPE_CHECKING:
    from config.settings import Settings
    from config.stack import StackSettings
    from plan.model import Plan

_PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files, and what a person should know about them."""

    files: tuple[Rendered, ...]
    notes: tuple[str, ...]


def rendering(plan: Plan, settings: StackSettings | None, root: str = ".") -> Rendering:
    """The files of a plan. `settings` is None for a project that is no Slipway: its plan alone has less to tell.

    `root` is the project's folder as it is seen from the folder of the files.

    Raises `SlipwayError` where the deployment policy cannot be told.
    """
    graph = Graph(plan)
    files, notes = user_data_files(graph, settings.app if settings else "")
    definitions, left_out = task_definition_files(graph)
    files += definitions
    notes += left_out
    files += schedule_files(graph)
    workers, unsaid = wrangler_files(graph, root)
    files += workers
    notes += unsaid
    if settings is not None:
        files.append(Rendered(".env.example", env_example(settings), f"config/apps/{settings.app}.yaml"))
        if local := dev_vars(settings):
            files.append(Rendered(".dev.vars.example", local, f"config/apps/{settings.app}.yaml"))
        made, told = _frontend(settings, plan), frontend_notes(settings)
        if not isinstance(settings.topology, Cloudflare):
            release, more = _release(settings, plan)
            made, told = [*release, *made], [*more, *told]
        files += made
        notes += told
    policies = deploy_policies(plan, _scope(plan, settings))
    for number, policy in enumerate(policies, 1):
        name = f"deploy-policy-{number}.json" if len(policies) > 1 else "deploy-policy.json"
        files.append(Rendered(name, policy, "plan"))
    others = not_covered(plan)
    if policies and others:
        notes.append(f"deploy-policy is about AWS alone: it does not cover what the plan has of {', '.join(others)}.")
    return Rendering(tuple(sorted(files, key=lambda file: file.path)), tuple(notes))


def _release(settings: StackSettings, plan: Plan) -> tuple[list[Rendered], list[str]]:
    """What builds and releases services on machines, and what about them their author should know."""
    made, notes = _built(settings, f"config/Pulumi.{plan.stack}.yaml"), []
    if not made:
        notes.append(f"build-release.sh is left out: the release is of kind {settings.topology.release.kind}.")
    told = [*release_notes(settings), *dockerfile_notes(settings)]
    return made, [*notes, *told]


def _built(settings: StackSettings, source: str) -> list[Rendered]:
    """What builds the release: a script for machines, or a Dockerfile."""
    script, image, ignored = release_script(settings), dockerfile(settings), dockerignore(settings)
    files = [Rendered("build-release.sh", script, source, executable=True)] if script else []
    if image and ignored:
        files += [Rendered("Dockerfile", image, source), Rendered(".dockerignore", ignored, source)]
    return files


def _frontend(settings: StackSettings, plan: Plan) -> list[Rendered]:
    """What builds and releases the frontend, where the stack has its files."""
    variables, script, headers = frontend_env(settings), frontend_script(settings, plan.stack), frontend_headers(plan)
    files = [Rendered("frontend.env", variables, f"config/apps/{settings.app}.yaml")] if variables else []
    if previewed := preview_env(settings):
        files.append(Rendered("frontend-preview.env", previewed, f"config/Pulumi.{plan.stack}.yaml"))
    if headers:
        files.append(Rendered("_headers", headers, "plan"))
    if script:
        files.append(Rendered("release-frontend.sh", script, f"config/Pulumi.{plan.stack}.yaml", executable=True))
    return files


def _scope(plan: Plan, settings: StackSettings | None) -> Scope:
    if settings is not None and isinstance(settings.topology, Vps):
        return _beside_server(settings, settings.topology)
    if settings is None or isinstance(settings.topology, Cloudflare | Docker):
        regions = {each.inputs.get("region") for each in plan.resources if each.type == _PROVIDER}
        region = regions.pop() if len(regions) == 1 else None
        return Scope(region=region if isinstance(region, str) else "")
    topology = settings.aws
    image = topology.image if isinstance(topology, AwsEc2) else topology.nat_image
    tags = settings.required_tags()
    return Scope(
        topology.region,
        topology.account_ids,
        f"{settings.app}-",
        # Other tags may be added later, and then what is there already has not got them.
        {key: tags[key] for key in ("application", "environment")},
        image.parameter() if isinstance(image, UbuntuImage) else "",
        _looked_up(topology.release),
    )


def _beside_server(settings: StackSettings, topology: Vps) -> Scope:
    """What of a stack on a single server lies in AWS: the server itself, uploads, names, the check from outside.

    A bucket and a server may lie in two regions, and the check lies in a third: each resource's provider says which.
    """
    place = topology.provider
    return Scope(
        accounts=place.account_ids if isinstance(place, AwsPlace) else (),
        prefix=f"{settings.app}-",
        tags={key: settings.required_tags()[key] for key in ("application", "environment")},
    )


def _looked_up(release: Settings) -> str:
    """The ARN of the repository of Amazon's that a release's tag is looked up in; empty where none is."""
    repository = ecr_repository(release.image) if isinstance(release, TaggedRelease) else None
    return repository.arn if repository else ""
