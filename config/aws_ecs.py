"""The topology `aws-ecs`: a load balancer, containers on Fargate for each service and one managed Redis."""

from typing import Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws_ecs_checks import problems, unfit_name
from config.aws_topology import AwsTopology
from config.containers import TaskGroup
from config.machines import Architecture, Image
from config.release import ContainerRelease
from config.values import Environment, Flag


class AwsEcs(AwsTopology):
    """Containers on Fargate behind an application load balancer, with one managed Redis."""

    kind: Literal["aws-ecs"]
    """Always `aws-ecs`."""
    release: ContainerRelease
    """The release: one image for all services, or one for each: built already and named by digest, by the tag of a
    version, or built by the deployment itself."""
    architecture: Architecture = "arm64"
    """What the images are built for: `arm64`, which costs a fifth less, or `amd64`."""
    services: dict[str, TaskGroup] = Field(default={})
    """The tasks of each service, by the service's name; a service not named here gets the defaults."""
    shell: Flag = False
    """Whether people may open a shell in a running task (ECS Exec), as root. What is typed and printed there is logged,
    under a key of the stack's own, where the image has `script` and `cat`."""
    nat_image: Image | None = None
    """The pinned image of the NAT instance, which the egress `nat-instance` needs."""

    def tasks(self, service: str) -> TaskGroup:
        """The tasks of a service."""
        return self.services.get(service, TaskGroup())

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))

    def unfit_name(self, stack: str, application: Application) -> str:
        """What of the stack's name does not do, and what to do; empty where it does."""
        return unfit_name(stack, application)
