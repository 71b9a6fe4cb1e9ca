"""What Amazon's CloudWatch agent is told: which logs it ships, and how much of processors, memory and disk is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.server.texts import compact

if TYPE_CHECKING:
    from components.aws.machine import Machine

NAMESPACE = "CWAgent"  # the agent's own; what the service itself tells has another
LOGS = "/var/log/slipway"


def agent_config(machine: Machine) -> str:
    """The agent's JSON. EC2 itself knows neither memory nor disks; a stream is named after its machine."""
    files = [(service.unit, service.log_group, "{instance_id}") for service in machine.services]
    files.append(("boot", machine.services[0].log_group, "{instance_id}-boot"))
    disks = ["/", *([machine.data_path] if machine.data_path else [])]
    config = {
        "agent": {"run_as_user": "root"},
        "metrics": {
            "namespace": NAMESPACE,
            "append_dimensions": {name: f"${{aws:{name}}}" for name in ("AutoScalingGroupName", "InstanceId")},
            "aggregation_dimensions": [["AutoScalingGroupName"], ["AutoScalingGroupName", "InstanceId"]],
            "metrics_collected": {
                # EC2's own number cannot be searched by group and machine at once, as the dashboard does.
                "cpu": {"measurement": ["cpu_usage_active"], "totalcpu": True},
                "mem": {"measurement": ["mem_used_percent", "mem_used"]},
                "disk": {"measurement": ["disk_used_percent"], "resources": disks, "drop_device": True},
            },
        },
        "logs": {
            "logs_collected": {
                "files": {
                    "collect_list": [
                        {"file_path": f"{LOGS}/{name}.log", "log_group_name": group, "log_stream_name": stream}
                        for name, group, stream in files
                    ]
                }
            }
        },
    }
    return f"{compact(config)}\n"
