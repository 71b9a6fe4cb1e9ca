"""The script that builds a release for machines in AWS: an archive that needs nothing from outside. Pure text."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from config.aws_ec2 import AwsEc2
from config.data import ManagedPostgres
from config.release import PG, PM2, ArchiveRelease
from slipway.render.scripts import script

if TYPE_CHECKING:
    from config.stack import StackSettings

COREPACK = "0.36.0"  # Node.js 25 and later bring none
_NODE_NAMES = {"amd64": "x64", "arm64": "arm64"}
_MACHINE_NAMES = {"amd64": "x86_64", "arm64": "aarch64"}  # as `uname -m` says
_LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock"}
_WITH_NPM = frozenset({"npm", "npx"})
_WITHOUT = frozenset({"pnpm", "pnpx", "yarn", "corepack"})


def release_script(stack: StackSettings) -> str | None:
    """The script, or None where the stack's release is no archive."""
    release, application, topology = stack.aws.release, stack.application, stack.aws
    if not isinstance(topology, AwsEc2) or not isinstance(release, ArchiveRelease):
        return None
    services = application.services
    architecture = topology.image.architecture
    build = application.runtime.build
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
            "packages": application.runtime.packages,
            "lock": _LOCKS[application.runtime.packages],
            "corepack": COREPACK,
            # What a machine that builds by itself runs: a project without this script has nothing to build.
            "build": shlex.split("npm run build --if-present" if build == "npm run build" else build),
            "folders": list(dict.fromkeys(service.directory for service in services.values())),
            "entries": list(dict.fromkeys(f"{each.directory}/{each.entry}" for each in services.values())),
            "npm": bool(_first_word(stack)),
            "pm2": PM2,
            "pg": PG,
            "ca": isinstance(application.data.postgres, ManagedPostgres),
        },
    )


def release_notes(stack: StackSettings) -> list[str]:
    """What about the release its author should know."""
    word = _first_word(stack)
    if word not in _WITHOUT or not isinstance(stack.aws.release, ArchiveRelease):
        return []
    why = f"migrations.command of {stack.app} begins with {word}, which no machine has"
    return [f"{why}; npm is in the archive and runs the same scripts: write npm run …"]


def _first_word(stack: StackSettings) -> str:
    """The program of the migration where it is a package manager: all that starts with npm needs npm on machines."""
    migrations = stack.application.migrations
    word = shlex.split(migrations.command)[0] if migrations else ""
    return word if word in _WITH_NPM | _WITHOUT else ""
