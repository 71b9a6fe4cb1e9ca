"""The topology `aws-ec2`: a load balancer, an auto-scaling group of machines per service and one managed Redis."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws_data import VolumeSettings
from config.aws_ec2_checks import problems
from config.aws_topology import AwsTopology
from config.data import Sqlite
from config.machines import Image, InstanceGroup
from config.release import Release
from config.values import Environment, Matches


class AwsEc2(AwsTopology):
    """Machines in auto-scaling groups behind an application load balancer, with one managed Redis."""

    kind: Literal["aws-ec2"]
    """Always `aws-ec2`."""
    image: Image
    """The pinned image that machines start from."""
    release: Release
    """The release that all services run from."""
    services: dict[str, InstanceGroup] = Field(default={})
    """The machines of each service, by the service's name; a service not named here gets the defaults."""
    volume: VolumeSettings = VolumeSettings()
    """The volume with the SQLite file, when the application has one."""
    agent: Annotated[
        str,
        Matches(r"1\.\d{6}\.\db\d+", "a version of the CloudWatch agent is wanted", "see the releases of the agent"),
    ] = "1.300060.0b1248"
    """The version of Amazon's CloudWatch agent, which ships logs and measures memory."""

    def machines(self, service: str) -> InstanceGroup:
        """The machines of a service."""
        return self.services.get(service, InstanceGroup())

    def groups(self, application: Application) -> dict[str, tuple[str, ...]]:
        """The services by the group of machines that runs them, which has the first one's name.

        Each has machines of its own, unless they share a SQLite file: then all run on one machine.
        """
        names = tuple(application.services)
        return {names[0]: names} if isinstance(application.data.sqlite, Sqlite) else {name: (name,) for name in names}

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))
