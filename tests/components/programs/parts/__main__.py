"""Every component in the forms that its tests ask for: one file each beside this one.

A file has `make(guarded)`: `guarded(role)` gives the options of a caller, and the component made with them is named
`guarded-<role>`.
"""

import runpy
import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_command as command
import pulumi_digitalocean as digitalocean
import pulumi_docker as docker
import pulumi_docker_build as docker_build
import pulumi_hcloud as hcloud
import pulumi_linode as linode
import pulumi_random as random

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[3]))  # where the components are

from components.cloudflare.sdk import cloudflare  # noqa: E402 - as found there

providers = [
    aws.Provider("elsewhere", region="eu-west-1"),
    cloudflare.Provider("elsewhere"),
    command.Provider("elsewhere"),
    digitalocean.Provider("elsewhere"),
    docker.Provider("elsewhere"),
    docker_build.Provider("elsewhere"),
    hcloud.Provider("elsewhere"),
    linode.Provider("elsewhere"),
    random.Provider("elsewhere"),
]


def guarded(role: str) -> pulumi.ResourceOptions:
    """What a caller may say about a component."""
    return pulumi.ResourceOptions(providers=providers, protect=True, aliases=[pulumi.Alias(name=f"former-{role}")])


for example in sorted(HERE.glob("*.py")):
    if example.stem != "__main__":
        runpy.run_path(str(example))["make"](guarded)
