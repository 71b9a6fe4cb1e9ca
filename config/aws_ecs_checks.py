"""What the topology `aws-ecs`, an application and an environment say together and cannot mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.aws_checks import UP, closed, servers_data, shared_problems, too_few
from config.aws_network import NatInstance
from config.data import Sqlite
from config.image_checks import each_image, one_folder
from config.machines import runs_on
from config.production import KEPT, unsafe_settings
from config.release import BuildRelease, BuildsRelease, ImagesRelease, ecr_repository
from config.service_checks import unknown_services
from config.settings import below, refused_at
from config.values import Deletion, Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_ecs import AwsEcs
    from config.release import ContainerRelease

# As pydantic tells places: the kind, then the key, which here has the same name.
_IMAGES = ("release", "images", "images")
_FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")  # of task definitions, as ECS takes their names


def problems(topology: AwsEcs, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from shared_problems(topology, application, environment)
    yield from unknown_services(topology.services, application)
    yield from servers_data(application, "tasks")
    yield from each_image(topology.release, application)
    yield from one_folder(topology.release, application)
    for check in (_no_disk, _closed_release, _nat_image, _requests, _processes):
        yield from check(topology, application)
    if environment is Environment.PRODUCTION:
        yield from too_few({name: topology.tasks(name).min for name in application.services}, "tasks")
        yield from _lost_images(topology.release)


def _no_disk(_: AwsEcs, application: Application) -> Iterator[InitErrorDetails]:
    if isinstance(application.data.sqlite, Sqlite):
        rule = "a SQLite file lies on a machine's disk, and a task's disk is gone with the task"
        remedy = "take a topology that has machines, or move to PostgreSQL"
        yield refused_at((*UP, "data", "sqlite", "kind"), "file", rule, remedy)


def _closed_release(topology: AwsEcs, application: Application) -> Iterator[InitErrorDetails]:
    """Without a way out, images come from the registry that the region's endpoints lead to, and from no other."""
    release = topology.release
    if not closed(topology) or isinstance(release, BuildRelease | BuildsRelease):  # these have one of their own there
        return
    several = isinstance(release, ImagesRelease)
    images = {release.image_of(name): name for name in application.services}
    for image, name in images.items():
        repository = ecr_repository(image)
        if repository is None or repository.region != topology.region:
            path = (*_IMAGES, name) if several else ("release", release.kind, "image")
            rule = f"network.egress is none, and this registry is not Amazon's in {topology.region}"
            yield refused_at(path, image, rule, "copy the image there, or choose another egress")


def _lost_images(release: ContainerRelease) -> Iterator[InitErrorDetails]:
    """Images are what a way back runs."""
    if isinstance(release, BuildRelease | BuildsRelease):
        unsafe = unsafe_settings((release.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT))
        yield from (below(("release", release.kind), each) for each in unsafe)


def _nat_image(topology: AwsEcs, _: Application) -> Iterator[InitErrorDetails]:
    egress, remedy = topology.network.egress, "take it out"
    if topology.existing.network is not None:
        if topology.nat_image is not None:
            rule = "existing.network is used, so no NAT instance is made"
            yield refused_at(("nat_image",), {}, rule, remedy)
    elif not isinstance(egress, NatInstance):
        if topology.nat_image is not None:
            rule = f"network.egress is {egress.kind}, so no NAT instance is made"
            yield refused_at(("nat_image",), {}, rule, f"{remedy}, or choose the egress nat-instance")
    elif topology.nat_image is None:
        rule = "network.egress is nat-instance, and that machine starts from an image"
        yield refused_at(("nat_image",), None, rule, "name one, or choose the egress nat-gateway")
    elif egress.instance_type and not runs_on(egress.instance_type, topology.nat_image.architecture):
        rule = f"the image is for {topology.nat_image.architecture}, and this type is not"
        remedy = "take another type, or set topology.nat_image.architecture"
        yield refused_at(("network", "egress", "instance_type"), egress.instance_type, rule, remedy)


def _requests(topology: AwsEcs, application: Application) -> Iterator[InitErrorDetails]:
    """Only the load balancer counts requests."""
    for name, tasks in topology.services.items():
        if name in application.services and tasks.requests and not application.services[name].public:
            rule = "the load balancer counts requests, and none come to a service that is not public"
            yield refused_at(("services", name, "requests"), tasks.requests, rule, "take it out")


def _processes(_: AwsEcs, application: Application) -> Iterator[InitErrorDetails]:
    """What `max` means is one here: nobody wrote a number that is not kept."""
    for name, service in application.services.items():
        if service.processes not in {"max", 1}:
            rule = "a task is one process"
            remedy = f"take it out, and raise min and max of topology.services.{name}"
            yield refused_at((*UP, "services", name, "processes"), service.processes, rule, remedy)


def unfit_name(stack: str, application: Application) -> str:
    """What of a stack's name does not do, since the family of each service's tasks begins with it; empty: it does."""
    families = [f"{stack}-{name}" for name in application.services]
    if all(_FAMILY.fullmatch(family) for family in families):
        return ""
    rule = "tasks are named after the stack and the service, with at most 255 letters (a to z), digits, - and _"
    return f"{rule}; give the stack another name, or take another topology"
