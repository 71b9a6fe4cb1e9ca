"""The provider of a Docker engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_docker as docker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from config.docker_engine import RegistryLogin


def docker_provider(
    host: pulumi.Input[str],
    login: RegistryLogin | None,
    secrets: Mapping[str, pulumi.Output[str]],
    *,
    ssh_options: Sequence[str] = (),
    opts: pulumi.ResourceOptions | None = None,
) -> docker.Provider:
    """The provider. By SSH it runs `ssh` as whoever deploys: keys come from the agent, hosts' keys are looked at.

    `ssh_options` are words for that program's command line.
    """
    return docker.Provider(
        "docker",
        host=host,
        ssh_opts=list(ssh_options) or None,
        registry_auth=[
            docker.ProviderRegistryAuthArgs(
                address=login.address, username=login.user, password=secrets[login.password]
            )
        ]
        if login
        else None,
        opts=opts,
    )
