"""Documents of IAM. Pure text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Session Manager's least (AWS Systems Manager user guide, "Add Session Manager permissions"): a shell without SSH or a
# bastion. Amazon's own AmazonSSMManagedInstanceCore would also read every parameter of the account.
SHELL: Mapping[str, object] = {
    "Effect": "Allow",
    "Action": [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "Resource": "*",
}


def policy_document(*statements: Mapping[str, object]) -> str:
    """A policy of these statements, as IAM takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(service: str) -> str:
    """The policy that lets one AWS service act as a role, and nobody else. `service` is as in ec2.amazonaws.com."""
    return policy_document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
