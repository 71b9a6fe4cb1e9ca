"""The script that builds a release for machines: an archive that needs nothing from outside. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_ec2 import AwsEc2
from config.data import ManagedPostgres
from config.release import PG, PM2, ArchiveRelease
from config.vps import Vps
from config.vps_release import FetchedArchive
from slipway.render.packages import migrates_with_npm, migration_note, package_values
from slipway.render.scripts import script

if TYPE_CHECKING:
    from config.stack import StackSettings

_NODE_NAMES = {"amd64": "x64", "arm64": "arm64"}
_MACHINE_NAMES = {"amd64": "x86_64", "arm64": "aarch64"}  # as `uname -m` says


def release_script(stack: StackSettings) -> str | None:
    """The script, or None where the stack's release is no archive.

    A machine of a group finds Node.js, PM2 and pg in the archive; a single server has its own, and fetches by HTTPS.
    """
    release, application, topology = stack.topology.release, stack.application, stack.topology
    if isinstance(topology, AwsEc2) and isinstance(release, ArchiveRelease):
        architecture = topology.image.architecture
        where: dict[str, object] = {
            "server": False,
            "stack_region": topology.region,
            "bucket": release.bucket,
            "prefix": release.key.rpartition("/")[0],
        }
    elif isinstance(topology, Vps) and isinstance(release, FetchedArchive):
        architecture = topology.plan().architecture
        where = {"server": True, "address": release.url.rpartition("/")[0], "token": release.token}
    else:
        return None
    return script(
        "build-release.sh.j2",
        {
            "app": stack.app,
            **where,
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
    if not isinstance(stack.topology.release, ArchiveRelease):
        return []
    return migration_note(stack.application, "no machine has; npm is in the archive")
