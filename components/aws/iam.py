"""Documents of IAM. Pure text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def policy_document(*statements: Mapping[str, object]) -> str:
    """A policy of these statements, as IAM takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(service: str) -> str:
    """The policy that lets one AWS service act as a role, and nobody else. `service` is as in ec2.amazonaws.com."""
    return policy_document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
