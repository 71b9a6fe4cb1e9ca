"""Small clouds and states, as plain data."""

from __future__ import annotations

from typing import Any

from slipway.simulated.store import Object

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark
VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def thing(kind: str, name: str, identifier: str, computed: dict[str, Any] | None = None, **inputs: Any) -> Object:
    return Object(kind, identifier, urn(kind, name), inputs, computed or {})


def entry(kind: str, name: str, identifier: str = "", **more: Any) -> dict[str, Any]:
    """A resource of a state; `inputs` and everything else in Pulumi's words."""
    custom = {"custom": True, "id": identifier} if identifier else {"custom": False}
    return {"urn": urn(kind, name), "type": kind, **custom, **more}


def state(*entries: dict[str, Any], pending: tuple[str, ...] = ()) -> dict[str, Any]:
    operations = [{"resource": {"urn": each}, "type": "creating"} for each in pending]
    return {"deployment": {"resources": list(entries), "pending_operations": operations}}


def secret(text: str) -> dict[str, str]:
    return {SIGNATURE: SECRET, "plaintext": text}
