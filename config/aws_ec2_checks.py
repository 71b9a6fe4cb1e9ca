"""What the topology `aws-ec2`, an application and an environment say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_checks import UP, closed, servers_data, shared_problems, too_few
from config.aws_network import NatInstance
from config.data import Sqlite
from config.machines import runs_on
from config.release import GitRelease, ImageRelease
from config.release_checks import wrongly_built
from config.service_checks import unknown_services
from config.settings import below, refused_at
from config.values import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_ec2 import AwsEc2


def problems(topology: AwsEc2, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from shared_problems(topology, application, environment)
    yield from unknown_services(topology.services, application)
    yield from servers_data(application, "machines of an auto-scaling group")
    for check in (_wrong_architectures, _one_machine, _closed_release, _no_schedules):
        yield from check(topology, application)
    yield from wrongly_built(topology.release, application, "machines build")
    if environment is Environment.PRODUCTION:
        yield from _unsafe_in_production(topology, application)


def _wrong_architectures(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    wanted = topology.image.architecture
    groups = topology.groups(application)
    types = {("services", name, "instance_type"): topology.machines(name).instance_type for name in groups}
    egress = topology.network.egress
    if isinstance(egress, NatInstance) and egress.instance_type:
        types["network", "egress", "instance_type"] = egress.instance_type
    for path, given in types.items():
        if not runs_on(given, wanted):
            rule = f"the image is for {wanted}, and this type is not"
            yield refused_at(path, given, rule, "take another type, or set topology.image.architecture")


def _one_machine(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    """A SQLite file lies on one volume, which one machine at a time can attach."""
    if not isinstance(application.data.sqlite, Sqlite):
        return
    first, *others = application.services
    machines = topology.machines(first)
    for key, given in (("min", machines.min), ("max", machines.max)):
        if given != 1:
            rule = "a SQLite file lies on the volume of one machine, and a second one could not reach it"
            remedy = "write min: 1 and max: 1, or move to PostgreSQL"
            yield refused_at(("services", first, key), given, rule, remedy)
    for name in others:
        if name in topology.services:
            rule = f"all services share the SQLite file, so they run on the machine of {first}"
            yield refused_at(("services", name, "[key]"), name, rule, f"say what it needs at services.{first}")


def _closed_release(topology: AwsEc2, _: Application) -> Iterator[InitErrorDetails]:
    """A release that a machine fetches from outside, where nothing outside can be reached."""
    if not closed(topology):
        return
    reason = "network.egress is none, and {} outside"
    remedy = "choose another egress, or build an archive"
    if isinstance(topology.release, GitRelease):
        rule = reason.format("the repository and the packages that it is built with are")
        yield refused_at(("release", "kind"), "git", rule, remedy)
    if isinstance(topology.release, ImageRelease):
        rule = reason.format("the packages that run a container are installed when a machine starts, from")
        yield refused_at(("release", "kind"), "image", rule, remedy)


def _no_schedules(_: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    for name in application.schedules:
        rule = "each machine of a group would run it, and what comes once a night would come as often as there are some"
        remedy = "take aws-ecs; or take it out here, and let the service run it itself under a lock in its database"
        yield refused_at((*UP, "schedules", name, "[key]"), name, rule, remedy)


def _unsafe_in_production(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    if isinstance(application.data.sqlite, Sqlite):
        yield from (below(("volume",), problem) for problem in topology.volume.unsafe())
    else:
        yield from too_few({name: topology.machines(name).min for name in application.services}, "machines")
