"""What an EC2 machine does when it first starts: install the runtime, then run the service. Pure text.

Everything here is known before deployment, so that a plan can show and rules can judge the whole text. What only
deployment tells, such as the address of a cache, the machine reads from Parameter Store each time the service starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.server.node import environment_file, install_node, systemd_unit

if TYPE_CHECKING:
    from components.server.node import NodeService

_END = "END_OF_FILE_7f3a"  # stands on no line of a settings file: none begins like this


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a machine finds what only deployment tells."""

    region: str
    """The AWS region."""
    path: str
    """The path in Parameter Store below which each parameter is an environment variable of the service."""


def user_data(service: NodeService, settings: Settings) -> str:
    """The whole script. It holds no secret, and it may run again on the same machine."""
    before = f"/usr/local/sbin/{service.unit}-settings"
    return "".join(
        (
            _HEAD,
            install_node(service.node, service.architecture),
            _memory_metric(settings.region, service.architecture),
            "snap install aws-cli --classic\n",
            f"id {service.unit} || useradd --system --shell /usr/sbin/nologin {service.unit}\n",
            f"mkdir -p /opt/{service.unit}/current\n",
            _file(f"/etc/{service.unit}.env", environment_file(service.env)),
            _file(before, _settings_script(service.unit, settings)),
            f"chmod 0755 {before}\n",
            _file(f"/etc/systemd/system/{service.unit}.service", systemd_unit(service, before=before)),
            f"systemctl daemon-reload\nsystemctl enable --now {service.unit}\n",
        )
    )


# The way out to the internet may come up later than the machine: hence the patience.
_HEAD = """\
#!/bin/bash
set -euo pipefail
fetch() { curl -fsSL --remote-name --retry 60 --retry-delay 10 --retry-all-errors "$1"; }
"""


def _memory_metric(region: str, architecture: str) -> str:
    """Amazon's agent, telling how much memory is used: EC2 itself does not know."""
    package = f"https://amazoncloudwatch-agent-{region}.s3.{region}.amazonaws.com/ubuntu/{architecture}/latest"
    settings = """\
{
  "agent": {"run_as_user": "root"},
  "metrics": {
    "namespace": "CWAgent",
    "append_dimensions": {"AutoScalingGroupName": "${aws:AutoScalingGroupName}"},
    "aggregation_dimensions": [["AutoScalingGroupName"]],
    "metrics_collected": {"mem": {"measurement": ["mem_used_percent"], "metrics_collection_interval": 60}}
  }
}
"""
    path = "/opt/aws/amazon-cloudwatch-agent/etc/memory.json"
    return (
        f"fetch {package}/amazon-cloudwatch-agent.deb\n"
        "dpkg --install amazon-cloudwatch-agent.deb\n"
        + _file(path, settings)
        + "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
        f" -a fetch-config -m ec2 -s -c file:{path}\n"
    )


def _settings_script(unit: str, settings: Settings) -> str:
    """The program that writes the service's parameters where only root and systemd read them."""
    return f"""\
#!/bin/bash
set -euo pipefail
umask 077
/snap/bin/aws ssm get-parameters-by-path --region {settings.region} --path {settings.path} --with-decryption |
  python3 -c 'import json, sys
for found in json.load(sys.stdin)["Parameters"]:
    print(found["Name"].rpartition("/")[2], json.dumps(found["Value"], ensure_ascii=False), sep="=")
' > /run/{unit}/settings.env
"""


def _file(path: str, content: str) -> str:
    """Shell lines that write a file with exactly this content, which ends with a line feed."""
    return f"cat > {path} <<'{_END}'\n{content}{_END}\n"
