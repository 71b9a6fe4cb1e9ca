"""The script that builds a release for machines in AWS: an archive that needs nothing from outside. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_ec2 import AwsEc2
from config.data import ManagedPostgres
from config.release import PG, PM2, ArchiveRelease
from slipway.render.packages import migrates_with_npm, migration_note, package_values
from slipway.render.scripts import script

if TYPE_CHECKING:
    from config.stack import StackSettings

_NODE_NAMES = {"amd64": "x64", "arm64": "arm64"}
_MACHINE_NAMES = {"amd64": "x86_64", "arm64": "aarch64"}  # as `uname -m` says


def release_script(stack: StackSettings) -> str | None:
    """The script, or None where the stack's release is no archive."""
    release, application, topology = stack.aws.release, stack.application, stack.aws
    if not isinstance(topology, AwsEc2) or not isinstance(release, ArchiveRelease):
        return None
    architecture = topology.image.architecture
    return script(
        "build-release.sh.j2",
        {
            "app": stack.app,
            "stack_region": topology.region,
            "bucket": release.bucket,
            "prefix": release.key.rpartition("/")[0],
            "architecture": architecture,
            "machine": _MACHINE_NAMES[architecture],
            "node": application.runtime.version,
            "archive": f"node-v{application.runtime.version}-linux-{_NODE_NAMES[architecture]}.tar.xz",
            **package_values(application),
            "npm": migrates_with_npm(application),
            "pm2": PM2,
            "pg": PG,
            "ca": isinstance(application.data.postgres, ManagedPostgres),
        },
    )


def release_notes(stack: StackSettings) -> list[str]:
    """What about the release its author should know."""
    if not isinstance(stack.aws.release, ArchiveRelease):
        return []
    return migration_note(stack.application, "no machine has; npm is in the archive")
