"""What an EC2 machine does when it first starts: from nothing to services that answer. Pure text.

Everything here is known before deployment, so that a plan can show and rules can judge the whole text. What only
deployment tells, such as the address of a cache, the machine reads from Parameter Store each time a service starts;
what is secret, from Secrets Manager. All that is specific to the machine stands there to be read; only programs that
are the same everywhere are packed.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from components.aws.agent import agent_config
from components.aws.machine import ArchiveRelease, ImageRelease
from components.server.migration import migration_runner
from components.server.node import ecosystem, node_archive
from components.server.sessions import session_keeper
from components.server.texts import END, bare_python, compact, packed, render

if TYPE_CHECKING:
    from components.aws.machine import Machine
    from components.server.node import NodeService

LIMIT = 16_384  # bytes of user data that EC2 takes
_HERE = Path(__file__).parent
_PROGRAM = "/usr/local/lib/slipway"
_UNITS = "/etc/systemd/system"
_SAME_EVERYWHERE = {
    "slipway-drain.service": _UNITS,
    "slipway-secret-age.service": _UNITS,
    "slipway-secret-age.timer": _UNITS,
}
_ECR = re.compile(r"((\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com)/")


class TooLong(ValueError):  # noqa: N818  # it says what is wrong
    """A machine is told more than EC2 takes."""


def user_data(machine: Machine) -> str:
    """The whole script. It holds no secret. Raises TooLong where it is longer than EC2 takes."""
    values = _values(machine)
    text = render(_HERE / "templates", "boot.sh.j2", {**values, "files": _files(machine, values)})
    if (size := len(text.encode())) > LIMIT:
        raise TooLong(
            f"the user data of {machine.stack}, group {machine.group}, has {size} bytes, and EC2 takes {LIMIT}: "
            f"give it fewer or shorter plain variables, by {size - LIMIT} bytes"
        )
    return text


def _values(machine: Machine) -> dict[str, object]:
    """What the templates speak of."""
    release, current = machine.release, f"/opt/{machine.stack}/current"
    archive = isinstance(release, ArchiveRelease)
    image = release.image if isinstance(release, ImageRelease) else ""
    home = current if archive else "/opt/node"
    ecr = _ECR.match(image)
    ca = f"{current}/slipway/rds-ca.pem" if archive else "/etc/slipway/rds-ca.pem"
    return {
        "m": machine,
        "END": END,
        "kind": "archive" if archive else "image" if image else "git",
        "programs": packed(_programs(machine)),
        "migrate": shlex.join(shlex.split(machine.migration.command)) if machine.migration else "",
        "migrating": _here(machine, "migration", machine.migration.service if machine.migration else ""),
        "keeping": _here(machine, "sessions", machine.sessions.service if machine.sessions else ""),
        "archive": node_archive(machine.node, machine.architecture),
        "current": current,
        "folders": list(dict.fromkeys(service.directory for service in machine.services)),
        "path": f"{home}/bin",
        "node": f"{home}/bin/node",
        "tools": f"{current}/slipway" if archive else f"/opt/{machine.stack}/slipway",
        "image": image,
        "registry": ecr[1] if ecr else "",
        "ecr": ecr[2] if ecr else "",
        "ca": ca,
        "mounts": _mounts(machine, ca),
        "data_path": machine.data_path,
        "drain": max(service.drain_seconds for service in machine.services),
    }


def _here(machine: Machine, what: str, name: str) -> NodeService | None:
    """The service that something of the machine belongs to; None where it has no such thing."""
    found = next((service for service in machine.services if service.name == name), None)
    if name and found is None:
        raise ValueError(f"the service of {what} is {name}, which is not on this machine")
    return found


def _programs(machine: Machine) -> dict[str, str]:
    """What is the same on every machine, by path."""
    programs = _HERE / "programs"
    without = [] if machine.data_path else ["volume"]
    if not isinstance(machine.release, ImageRelease):
        without.append("registry_password")
    return {
        f"{_PROGRAM}/aws.py": bare_python((programs / "aws.py").read_text(), without=without),
        **({f"{_PROGRAM}/migrate.mjs": migration_runner()} if machine.migration else {}),
        **_sessions(machine),
        **{f"{folder}/{name}": (programs / name).read_text() for name, folder in _SAME_EVERYWHERE.items()},
        "/etc/logrotate.d/slipway": (programs / "logrotate").read_text(),
    }


def _sessions(machine: Machine) -> dict[str, str]:
    """What makes the table of sessions and cleans it, and the timer that starts it each hour; by path."""
    if machine.sessions is None:
        return {}
    return {
        f"{_PROGRAM}/sessions.mjs": session_keeper(machine.sessions.table),
        f"{_UNITS}/slipway-sessions.timer": (_HERE / "programs" / "slipway-sessions.timer").read_text(),
    }


def _mounts(machine: Machine, ca: str) -> str:
    """What a container sees of the machine."""
    data = f" --volume {machine.data_path}:{machine.data_path} --group-add 3990" if machine.data_path else ""
    return data + (f" --volume {ca}:{ca}:ro" if machine.database_ca else "")


def _files(machine: Machine, values: dict[str, object]) -> dict[str, str]:
    """The files that the script writes, by path."""
    first, image = machine.services[0], isinstance(machine.release, ImageRelease)
    unit = render(_HERE / "templates", "container.service.j2" if image else "node.service.j2", values)
    return {
        "/etc/slipway/machine.json": _facts(machine, str(values["ca"])),
        "/etc/slipway/agent.json": agent_config(machine),
        f"{_UNITS}/{first.unit}.service": unit,
        **({f"{_UNITS}/slipway-sessions.service": _keeper(values)} if machine.sessions else {}),
        **dict(_start(service, machine, image=image) for service in machine.services),
    }


def _keeper(values: dict[str, object]) -> str:
    """The unit that looks after the table of sessions once."""
    return render(_HERE / "templates", "slipway-sessions.service.j2", values)


def _start(service: NodeService, machine: Machine, *, image: bool) -> tuple[str, str]:
    """The file that says how one service starts, and its path."""
    if not image:
        return f"/etc/slipway/{service.unit}.config.cjs", ecosystem(service, f"/opt/{machine.stack}/current")
    command = f"node --enable-source-maps {service.entry}" if service.entry else ""
    return f"/etc/slipway/{service.unit}.env", f'COMMAND="{command}"\n'


def _facts(machine: Machine, ca: str) -> str:
    """What the machine's own program has to know, as JSON."""
    services = {
        service.unit: {
            "parameters": service.parameter_path,
            "drain": service.drain_seconds,
            "max_secret_age_days": machine.max_secret_age_days[service.name],
            "lengths": dict(service.min_secret_lengths),
            "env": {
                **service.env,
                "PORT": str(service.port),
                **({"NODE_EXTRA_CA_CERTS": ca} if machine.database_ca else {}),
            },
        }
        for service in machine.services
    }
    return f"{compact({'namespace': machine.metric_namespace, 'services': services})}\n"
