"""Groups of machines. Their machines are not simulated: a group counts as well as soon as it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.aws.disks import check_of_template
from slipway.simulated.checks.aws.given import of_machines
from slipway.simulated.checks.aws.scaling import check_policy, check_schedule
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_MOVING = ("$Latest", "$Default")
_HEALTH_CHECKS = ("EC2", "ELB", "EBS", "VPC_LATTICE")
_FIRST_TO_GO = (
    *("AllocationStrategy", "ClosestToNextInstanceHour", "Default", "NewestInstance", "OldestInstance"),
    *("OldestLaunchConfiguration", "OldestLaunchTemplate"),
)
# What of a group may start a refresh of its machines, in the names of Terraform's provider.
TRIGGERS = frozenset(
    (
        *("availability_zone_distribution", "availability_zones", "capacity_rebalance"),
        *("capacity_reservation_specification", "context", "default_cooldown", "default_instance_warmup"),
        *("deletion_protection", "desired_capacity", "desired_capacity_type", "enabled_metrics", "force_delete"),
        *("force_delete_warm_pool", "health_check_grace_period", "health_check_type"),
        *("ignore_failed_scaling_activities", "initial_lifecycle_hook", "instance_lifecycle_policy"),
        *("instance_maintenance_policy", "instance_refresh", "launch_configuration", "launch_template"),
        *("load_balancers", "max_instance_lifetime", "max_size", "metrics_granularity", "min_elb_capacity"),
        *("min_size", "mixed_instances_policy", "name", "name_prefix", "placement_group", "protect_from_scale_in"),
        *("region", "service_linked_role_arn", "suspended_processes", "tag", "target_group_arns"),
        *("termination_policies", "traffic_source", "vpc_zone_identifier", "wait_for_capacity_timeout"),
        *("wait_for_elb_capacity", "warm_pool"),
    )
)
_READ_ONLY = ("arn", "predicted_capacity", "warm_pool_size")


def judge_machines(asked: Asked) -> Iterator[Refusal]:
    """A refresh is started by what a group has and a program sets. What always starts one may be named too."""
    refresh = asked.inputs.get("instanceRefresh")
    triggers = refresh.get("triggers") if isinstance(refresh, dict) else None
    for number, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        place = f"instanceRefresh.triggers[{number}]"
        if trigger in _READ_ONLY:
            reason = "is a read-only parameter and cannot be used to trigger an instance refresh"
            yield Refusal(f"'{trigger}' {reason}", place)
        elif trigger not in TRIGGERS and trigger != UNKNOWN:
            yield Refusal(f"'{trigger}' is not a recognized parameter name for aws_autoscaling_group", place)


def check_machines(asked: Asked, cloud: Cloud) -> None:
    """Sizes fit each other, machines have a place, and their template has the version that they are made from."""
    _check_sizes(asked)
    if not asked.inputs.get("availabilityZones") and not asked.inputs.get("vpcZoneIdentifiers"):
        raise ApiError("ValidationError: At least one Availability Zone or VPC Subnet is required.")
    for kind in filter(None, str(asked.inputs.get("healthCheckType") or "").split(",")):
        if kind not in _HEALTH_CHECKS:
            raise ApiError(f"ValidationError: Invalid HealthCheckType {kind}. Valid: {', '.join(_HEALTH_CHECKS)}.")
    order = asked.texts("terminationPolicies")
    if "Default" in order[:-1]:
        raise ApiError(
            "ValidationError: If Default termination policy is specified, it must be at the end of list of termination "
            "policies."
        )
    for policy in order:
        if policy not in _FIRST_TO_GO and not policy.startswith("arn:"):
            raise ApiError(
                f"ValidationError: '{policy}' is not a valid termination policy. Valid: {', '.join(_FIRST_TO_GO)}, or "
                "the ARN of a function."
            )
    _check_template(asked.inputs.get("launchTemplate") or {}, cloud)


def check_changed_machines(asked: Asked, cloud: Cloud) -> None:
    """The same, and a refresh of the machines has what it needs to go back."""
    check_machines(asked, cloud)
    template = asked.inputs.get("launchTemplate") or {}
    refresh = asked.inputs.get("instanceRefresh") or {}
    changed = template != (asked.old.get("launchTemplate") or {})
    if changed and (refresh.get("preferences") or {}).get("autoRollback"):
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
    for mapping in template.inputs.get("blockDeviceMappings") or ():
        check_of_template(mapping.get("ebs") or {})


def _template(wanted: dict[str, Any], cloud: Cloud) -> Object | None:
    if wanted.get("id"):
        return cloud.get(_TEMPLATE, str(wanted["id"]))
    return next(iter(cloud.naming(_TEMPLATE, "name", str(wanted.get("name") or ""))), None)


INPUTS = {"Group": judge_machines}
CREATING = {"Group": check_machines, "Policy": check_policy, "Schedule": check_schedule}
UPDATING = {"Group": check_changed_machines, "Policy": check_policy, "Schedule": check_schedule}
GIVES = {"Group": of_machines}
