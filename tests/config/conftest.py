from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.effective import Effective, effective
from config.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
STACK = "orders-dev"

# A stack for each application that has none among the shipped ones.
OTHERS = """\
config:
  slipway:app: {app}
  slipway:environment: development
  slipway:topology:
    kind: aws-ec2
    region: us-east-1
    zones: [us-east-1a, us-east-1b]
    image: {{kind: ubuntu, release: "24.04", serial: "20260923"}}
    release:
      kind: archive
      bucket: acme-releases-us-east-1
      key: {app}/2026-11-20.1.tar.gz
      sha256: 5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a
    load_balancer:
      listener: {{kind: http}}
      firewall: true
    services:
      {service}: {{min: 1, max: 1}}
"""
# A stack of containers for each application, under the name `<application>-containers`.
CONTAINERS = """\
config:
  slipway:app: {app}
  slipway:environment: production
  slipway:topology:
    kind: aws-ecs
    region: us-east-1
    zones: [us-east-1a, us-east-1b]
    account_ids: ["123456789012"]
    release: {{kind: image, image: "{image}"}}
    load_balancer:
      listener: {{kind: https, certificate_arn: "{certificate}"}}
      firewall: true
    services:
      {service}: {{cpu_units: 512, memory_mib: 1024, min: 2, max: 4}}
  slipway:overrides:
    alerts: null
"""
# A stack at Cloudflare's edge for each application, under the name `<application>-edge`, its services rebuilt.
EDGE = """\
config:
  slipway:app: {app}
  slipway:environment: production
  slipway:topology:
    kind: cloudflare
    account_id: 0123456789abcdef0123456789abcdef
    zone: {{name: {app}.example.com, id: fedcba9876543210fedcba9876543210, plan: free, rate_period: 10}}
    release: {{kind: worker, main: dist/worker.js, sha256: {digest}}}
    worker:
      replaces: [{services}]
      compatibility_date: "2026-11-01"
      objects: {{ROOMS: Room}}
      migrations:
      - {{tag: v1, new: [Room]}}
  slipway:overrides:
    services: {{{service}: {{hosts: [app.{app}.example.com]}}}}
    alerts: null
    migrations: null
"""
# A single server for each application, under the name `<application>-server`.
SERVER = """\
config:
  slipway:app: {app}
  slipway:environment: production
  slipway:topology:
    kind: vps
    provider: {{kind: digitalocean, region: fra1}}
    size: {{cores: 2, memory: 4, disk: 40}}
    ssh:
      keys: [{key}]
      networks: [203.0.113.7/32]
    release:
      kind: archive
      url: https://releases.example.com/{app}/1.4.2.tar.gz
      sha256: {digest}
    volume: {{kind: volume, size: 20}}
    uptime: {{kind: provider, emails: [team@example.com]}}
    certificate: {{kind: file, email: team@example.com}}
    dns: {{kind: route53, zone: {app}.example.com, zone_id: Z0123456789ABC}}
{more}  slipway:overrides:
    services: {{{services}}}
    alerts: null
{overrides}"""
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBDk6WF+4rhERJYShEZ3xuRf4MIurkAy+U0jpIUUPb/Y deploy@example"
BACKUPS = "    backups: {kind: s3, endpoint: s3.eu-central-1.amazonaws.com, bucket: acme-backups}\n"
UPLOADS = "    uploads: {kind: s3, region: eu-central-1}\n"
# What each has of its own: in its topology, and in its overrides.
ON_A_SERVER = {
    "drops": (BACKUPS, "    data: {redis: {kind: local}, postgres: {kind: local, name: drops, user: drops}}\n"),
    "helpdesk": (BACKUPS + UPLOADS, ""),
    "mentors": (UPLOADS, ""),
    "orders": (BACKUPS, "    data: {redis: {kind: local}}\n"),
    "videochat": ("", ""),
}
DIGEST = "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"
IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:{DIGEST}"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
FIRST_SERVICES = {"drops": "app", "helpdesk": "web", "mentors": "web", "videochat": "signal"}
SERVICES = {**FIRST_SERVICES, "orders": "api"}
# Beside the first one, those that answer by path under its host.
BESIDE = {"helpdesk": ("chat",)}


@dataclass(frozen=True)
class Files:
    """An application and a stack in a folder of their own, to be changed."""

    root: Path
    name: str
    """The stack's name: its application's, a hyphen and anything."""

    @property
    def stack(self) -> Path:
        return self.root / "config" / f"Pulumi.{self.name}.yaml"

    @property
    def application(self) -> Path:
        return self.root / "config" / "apps" / f"{self.name.partition('-')[0]}.yaml"

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text()
        assert old in text, f"{file.name} has no {old!r}"
        file.write_text(text.replace(old, new, 1))

    def add(self, file: Path, text: str) -> None:
        file.write_text(file.read_text() + text)

    def override(self, text: str) -> None:
        """Take these lines for the stack's overrides instead of its own."""
        kept = self.stack.read_text().partition("  slipway:overrides:")[0]
        self.stack.write_text(f"{kept}{text}")

    def read(self) -> Effective:
        return effective(self.root, self.name)

    def messages(self) -> tuple[str, ...]:
        """What is wrong with the files, without their folder."""
        with pytest.raises(ConfigError) as refused:
            self.read()
        return tuple(message.removeprefix("config/") for message in refused.value.messages)

    def line(self, file: Path, text: str) -> int:
        """The line in which a text stands, from 1."""
        lines = file.read_text().splitlines()
        return 1 + next(number for number, line in enumerate(lines) if text in line)


def copied(root: Path, stack: str) -> Files:
    """A shipped application with its stack of that name, or with one of its own where none is shipped."""
    (root / "config" / "apps").mkdir(parents=True)
    made = Files(root, stack)
    app = made.application.stem
    made.application.write_text((ROOT / "config" / "apps" / made.application.name).read_text())
    shipped = ROOT / "config" / made.stack.name
    if stack.endswith("-containers"):
        made.stack.write_text(CONTAINERS.format(app=app, service=SERVICES[app], image=IMAGE, certificate=CERTIFICATE))
        return made
    if stack.endswith("-images"):  # the shipped stack of a server with containers
        made.stack.write_text((ROOT / "config" / f"Pulumi.{app}-containers.yaml").read_text())
        return made
    if stack.endswith("-edge"):
        services = "web, chat" if app == "helpdesk" else SERVICES[app]
        made.stack.write_text(EDGE.format(app=app, service=SERVICES[app], services=services, digest=DIGEST))
        return made
    if stack.endswith("-server"):
        more, overrides = ON_A_SERVER[app]
        hosted = (f"{each}: {{hosts: [app.{app}.example.com]}}" for each in (SERVICES[app], *BESIDE.get(app, ())))
        services = ", ".join(hosted)
        made.stack.write_text(
            SERVER.format(app=app, services=services, key=KEY, digest=DIGEST, more=more, overrides=overrides)
        )
        return made
    own = OTHERS.format(app=app, service=FIRST_SERVICES[app]) if app in FIRST_SERVICES else shipped.read_text()
    made.stack.write_text(own)
    return made


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return copied(tmp_path, STACK)


@pytest.fixture
def files_of(tmp_path: Path) -> Callable[[str], Files]:
    """Return a function: the files of a stack by name, as in helpdesk-dev."""
    return lambda stack: copied(tmp_path, stack)
