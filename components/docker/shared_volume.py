"""The volume of files that the services of a stack share on one engine."""

from typing import TypedDict

import pulumi
import pulumi_docker as docker

from components.deletion import kept
from config.values import Deletion


class SharedVolumeArgs(TypedDict):
    """What the volume is made from."""

    deletion: Deletion
    """What becomes of the volume when it leaves the program."""


class SharedVolume(pulumi.ComponentResource):
    """Guarantees one volume that outlives its containers.

    It has no labels: another label would be another volume. When it is first mounted and empty, it gets the files and
    the owner of the folder that the image has in this place.
    """

    volume_name: pulumi.Output[str]
    """The volume's name."""

    def __init__(self, name: str, args: SharedVolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:SharedVolume", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept(args["deletion"]))
        self.volume_name = docker.Volume(f"{name}-volume", opts=data).name
        self.register_outputs({"volumeName": self.volume_name})
