"""`examples/chat` as a server runs it: by PM2 in cluster mode, each process on a port of its own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.server.node import NodeService, ecosystem
from tests.chat.clients import Client
from tests.machines.ports import listens
from tests.machines.servers import PATIENCE, Redis, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.nginx.proxy import Nginx

SECRET = "what-signs-the-cookies-of-this-test"  # noqa: S105  # no secret


@dataclass(frozen=True)
class Programs:
    """What it needs."""

    node: Path
    pm2: Path
    release: Path
    redis: Redis


@dataclass
class Chat:
    """The processes of one slot."""

    programs: Programs
    folder: Path
    first_port: int
    processes: int
    pm2: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def ports(self) -> tuple[int, ...]:
        """The port of each process."""
        return tuple(range(self.first_port, self.first_port + self.processes))

    def start(self) -> None:
        """Start PM2 and wait until each process listens on a port of its own."""
        self.folder.mkdir()
        file = self.folder / "chat.config.cjs"
        file.write_text(self._ecosystem())
        with (self.folder / "log").open("wb") as log:
            self.pm2 = subprocess.Popen(
                [self.programs.pm2, "start", file],
                env={
                    "PATH": f"{self.programs.node.parent}:{os.environ['PATH']}",
                    "PM2_HOME": str(self.folder / "pm2"),
                    "NODE_ENV": "production",
                    "REDIS_URL": self.programs.redis.url,
                    "SESSION_SECRET": SECRET,
                    "TRUST_PROXY": "1",
                    "NOTICE_SECONDS": "0",
                    "DRAIN_SECONDS": "2",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        up = wait_for(lambda: all(listens(port) for port in self.ports), seconds=2 * PATIENCE)
        assert up, (self.folder / "log").read_text()

    def stop(self) -> None:
        """End it."""
        if self.pm2:
            self.pm2.terminate()
            self.pm2.wait(PATIENCE)
            self.pm2 = None

    def _ecosystem(self) -> str:
        service = NodeService(
            name="chat",
            unit="chat-chat",
            directory=".",
            entry="src/server.js",
            port=self.first_port,
            health_path="/health",
            processes=self.processes,
            env={},
            parameter_path="",
            log_group="",
            drain_seconds=2,
            min_secret_lengths={},
        )
        shared = ecosystem(service, str(self.programs.release))
        said = json.loads(shared.removeprefix("module.exports = ").removesuffix(";\n"))
        own = {"increment_var": "PORT", "env": {"HOST": "127.0.0.1", "PORT": self.first_port}}
        logs = {"out_file": str(self.folder / "out"), "error_file": str(self.folder / "error")}
        said["apps"] = [{**app, **own, **logs} for app in said["apps"]]
        return f"module.exports = {json.dumps(said)};\n"


@dataclass
class Room:
    """People who chat through an nginx."""

    programs: Programs
    nginx: Nginx
    folder: Path
    name: str
    people: list[Client] = field(default_factory=list)

    def enters(self, who: str, *, transport: str) -> Client:
        """Somebody signs in and is in the room."""
        log = self.folder / f"{self.name}-{who}"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [
                    *(self.programs.node, "client.js", "--transport", transport),
                    *(f"https://localhost:{self.nginx.https_port}", self.name, who),
                ],
                cwd=self.programs.release,
                env={
                    "PATH": os.environ["PATH"],
                    "NODE_EXTRA_CA_CERTS": str(self.nginx.place("/etc/slipway/tls/placeholder.pem")),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        client = Client(process, log)
        self.people.append(client)
        client.sees("joined", ok=True)
        return client

    def end(self) -> None:
        """Everyone goes."""
        while self.people:
            self.people.pop().end()
