"""The two slots of a service, of which one serves: what stands ready for them, their start and stop, their health."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .running import active, run
from .saying import LOGS, Failed, since, size
from .state import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .document import Service

ETC = Path("/etc/slipway")
WELL = 3  # answers in a row, a second apart, without one that is not well
ILL = 3  # the same, for one that serves
PAUSE = 1.0
SECRETS = "# Secret:\n"  # a comment in a file of variables


def env_file(service: str, slot: str = "") -> Path:
    """Where the variables of a service in a slot are; without a slot, of the one that serves."""
    return ETC / "env" / f"{service}{slot and '@'}{slot}.env"


def env_text(service: Service) -> str:
    """Variables as systemd reads them, those that are secret at the end."""
    lines = []
    for name, value in [*service.env.items(), ("", ""), *service.secrets.items()]:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'{name}="{escaped}"\n' if name else SECRETS)
    return "".join(lines)


def secrets_in(text: str) -> list[str]:
    """The secrets among variables as `env_text` writes them."""
    found = re.findall(r'^\w+="((?:[^"\\]|\\.)*)"$', text.partition(SECRETS)[2], re.MULTILINE | re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", each, flags=re.DOTALL) for each in found]


def prepare(service: Service, slot: str, folder: Path, variables: str) -> None:
    """Write what the unit of a slot reads when it starts."""
    env_file(service.name).parent.mkdir(mode=0o700, exist_ok=True)
    write(env_file(service.name, slot), variables, 0o600)
    here = {
        "cwd": str(folder / service.directory),
        "instances": service.processes,
        "increment_var": "PORT",  # a port of its own for each process: nginx can keep a client at one
        "env": {"HOST": "127.0.0.1", "PORT": service.ports(slot)[0]},
    }
    apps = json.dumps({"apps": [{**service.pm2, **here}]})
    write(ETC / f"{service.unit}@{slot}.config.cjs", f"module.exports = {apps};\n", 0o644)


def stop(unit: str, slot: str) -> None:
    """Stop what a slot runs: it is told, and has its drain seconds."""
    run("systemctl", "stop", f"{unit}@{slot}", ok=(0, 5))


def start(services: Iterable[Service], slots: Mapping[str, str]) -> None:
    """Start services and wait until they are well; Failed says which is not, and why."""
    begun = {}
    for service in services:
        slot = slots[service.name]
        for port in service.ports(slot):
            if open_port(port):
                raise Failed(f"{service.name}: port {port} is taken by something else; see: ss -ltnp 'sport = :{port}'")
        begun[service] = size(LOGS / f"{service.unit}.log")
        run("systemctl", "start", f"{service.unit}@{slot}")
    gate(begun, slots)


def gate(begun: Mapping[Service, int], slots: Mapping[str, str]) -> None:
    """Wait until each process of each service has answered well several times in a row."""
    now = time.monotonic()
    ends = {service.name: now + service.start_seconds for service in begun}
    well = {(service, port): 0 for service in begun for port in service.ports(slots[service.name])}
    while min(well.values(), default=WELL) < WELL:
        time.sleep(PAUSE)
        for (service, port), times in well.items():
            wrong = problem(service, port)
            well[service, port] = 0 if wrong else times + 1
            dead = not active(f"{service.unit}@{slots[service.name]}")
            if dead or (wrong and time.monotonic() > ends[service.name]):
                log = LOGS / f"{service.unit}.log"
                reason = "its unit ended" if dead else f"port {port} {wrong} for {service.start_seconds} seconds"
                raise Failed(f"{service.name} is not well: {reason}; {log} ends:{since(log, begun[service])}")


def problem(service: Service, port: int) -> str | None:
    """What is wrong with a process; None: it is well."""
    if service.health_path is None:
        return None if open_port(port) else "takes no connection"
    return answer(port, service.health_path, "127.0.0.1")


def answer(port: int, path: str, host: str, *, tls: bool = False) -> str | None:
    """What is wrong with an answer; None: it is 200."""
    kind = _Loopback if tls else http.client.HTTPConnection
    asking = kind(host if tls else "127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", path, headers={"Host": host, "User-Agent": "slipway-health", "Connection": "close"})
        status = asking.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"does not answer {path} ({str(error) or type(error).__name__})"
    finally:
        asking.close()
    return None if status == 200 else f"answers {path} with {status}"  # noqa: PLR2004  # HTTP's own


def open_port(port: int) -> bool:
    """Whether a port of the loopback takes connections."""
    with socket.socket() as asked:
        asked.settimeout(5)
        return asked.connect_ex(("127.0.0.1", port)) == 0


class _Loopback(http.client.HTTPSConnection):
    """Asks this server by a host's name. Whose certificate it has is not what is asked: no packet leaves the server."""

    def connect(self) -> None:
        import ssl  # noqa: PLC0415  # a quarter of the start, and only needed here

        context = ssl._create_unverified_context()  # noqa: S323, SLF001  # there is no other
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        self.sock = context.wrap_socket(plain, server_hostname=self.host)
