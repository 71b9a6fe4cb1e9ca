"""Groups of machines. Their machines are not simulated: a group counts as well as soon as it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.given import of_machines

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_MOVING = ("$Latest", "$Default")
_HEALTH_CHECKS = ("EC2", "ELB", "EBS", "VPC_LATTICE")


def check_machines(asked: Asked, cloud: Cloud) -> None:
    """Sizes fit each other, machines have a place, and their template has the version that they are made from."""
    _check_sizes(asked)
    if not asked.inputs.get("availabilityZones") and not asked.inputs.get("vpcZoneIdentifiers"):
        raise ApiError("ValidationError: At least one Availability Zone or VPC Subnet is required.")
    for kind in filter(None, str(asked.inputs.get("healthCheckType") or "").split(",")):
        if kind not in _HEALTH_CHECKS:
            raise ApiError(f"ValidationError: Invalid HealthCheckType {kind}. Valid: {', '.join(_HEALTH_CHECKS)}.")
    _check_template(asked.inputs.get("launchTemplate") or {}, cloud)


def check_changed_machines(asked: Asked, cloud: Cloud) -> None:
    """The same, and a refresh of the machines has what it needs to go back."""
    check_machines(asked, cloud)
    template = asked.inputs.get("launchTemplate") or {}
    refresh = asked.inputs.get("instanceRefresh") or {}
    changed = template != (asked.old.get("launchTemplate") or {})
    if changed and _on(refresh.get("preferences") or {}, "autoRollback"):
        version = template.get("version") or "$Default"
        if version in _MOVING:
            raise ApiError(
                "ValidationError: AutoRollback cannot be set to true when the LaunchTemplateVersion is set to "
                "`$Latest` or `$Default`. Specify a version number of the launch template."
            )


def _check_sizes(asked: Asked) -> None:
    fewest, most = int(asked.inputs.get("minSize") or 0), int(asked.inputs.get("maxSize") or 0)
    if fewest > most:
        raise ApiError(f"ValidationError: Max bound, {most}, must be greater than or equal to min bound, {fewest}")
    wanted = asked.inputs.get("desiredCapacity")
    if wanted is not None and not fewest <= int(wanted) <= most:
        raise ApiError(
            f"ValidationError: Desired capacity:{int(wanted)} must be between the specified min size:{fewest} and max "
            f"size:{most}"
        )


def _check_template(wanted: dict[str, Any], cloud: Cloud) -> None:
    template = _template(wanted, cloud)
    if template is None:
        return
    version = str(wanted.get("version") or "$Default")
    newest = int(template.properties.get("latestVersion") or 1)
    if version not in _MOVING and not (version.isdigit() and 1 <= int(version) <= newest):
        raise ApiError(
            "ValidationError: You must use a valid fully-formed launch template. Could not find the specified version "
            f"{version} for the launch template with ID {template.id}."
        )
    for name, parameter in (("imageId", "ImageId"), ("instanceType", "InstanceType")):
        if not template.inputs.get(name) and not template.inputs.get("instanceRequirements"):
            raise ApiError(
                "ValidationError: You must use a valid fully-formed launch template. The request must contain the "
                f"parameter {parameter}"
            )


def _template(wanted: dict[str, Any], cloud: Cloud) -> Object | None:
    if wanted.get("id"):
        return cloud.get(_TEMPLATE, str(wanted["id"]))
    return next(iter(cloud.naming(_TEMPLATE, "name", str(wanted.get("name") or ""))), None)


def _on(values: dict[str, Any], name: str) -> bool:
    return values.get(name) in (True, "true")


CREATING = {"Group": check_machines}
UPDATING = {"Group": check_changed_machines}
GIVES = {"Group": of_machines}
