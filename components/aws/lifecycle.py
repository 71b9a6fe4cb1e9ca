"""How machines come and go: their group, what it waits for, and how a change reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

# The names are what the machines call when they tell that they are ready, or done.
_LAUNCHING, _TERMINATING = "launching", "terminating"
# Seconds from a machine's start until it must have said that its services answered, else it is given up. While it
# migrates, or waits for a migration, it asks every four minutes for as many again: a long one is not cut off.
_LAUNCH = 900
_MIGRATION = 7200  # seconds that a machine waits for another one's migration: --wait in boot.sh.j2
_FAREWELL = 300  # seconds for a machine's last requests and log lines, then it goes in any case
# Seconds from a machine's entering service until it is judged and counted. Its start is over by then, since the hook
# holds it back; what remains are the load balancer's first checks, and the work of a process that is new.
_WARM_UP = 300
# Above _MIGRATION and _LAUNCH together, so that the first machines may wait for a long first migration, still use all
# of their start, and then pass the load balancer's checks.
_FIRST = f"{(_MIGRATION + _LAUNCH + 300) // 60}m"
_LAST = "20m"  # above the load balancer's draining and _FAREWELL: the provider's default of 10 minutes is just that


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines of a group, together."""

    template: aws.ec2.LaunchTemplate
    """What each is made from."""
    subnet_ids: list[pulumi.Input[str]]
    """Where they stand."""
    min: int
    """The least number."""
    max: int
    """The greatest number."""
    target_group_arns: list[pulumi.Input[str]]
    """The target groups of their public services; none where no service is public."""
    alarm_names: list[pulumi.Input[str]]
    """The alarms that stop a rollout."""
    one_at_a_time: bool
    """Whether a machine must be gone before its successor can start: only one can hold the data volume."""
    tags: dict[str, str]
    """Tags for the group. Machines and disks get theirs from the template."""


def machines(
    name: str, fleet: Fleet, child: pulumi.ResourceOptions, after: Sequence[pulumi.Resource]
) -> aws.autoscaling.Group:
    """The group. It says no desired number: that is the scaling policies' to change, not a deployment's to reset.

    What a deployment waits for: the first time, until the least number of machines is in service and, for public
    services, well in the eyes of the load balancer; after 2 hours and 20 minutes it fails, since a first migration may
    be long. When `min` changes, again until so many are in service. It does *not* wait for an instance refresh, the way
    in which a changed template reaches the machines: the provider starts one and is done. Machines of the former
    version stay until successors have answered, save the one with a data volume.

    What a rollback reaches: the refresh stops at a failed launch or an alarm, and Auto Scaling turns back to what the
    group said before. The provider lets the group say the new version just before it starts the refresh
    (hashicorp/terraform-provider-aws#34189). So machines that were not replaced yet stay as they were, and the way back
    is to deploy the former revision.
    """
    public = bool(fleet.target_group_arns)
    return aws.autoscaling.Group(
        f"{name}-machines",
        min_size=fleet.min,
        max_size=fleet.max,
        vpc_zone_identifiers=fleet.subnet_ids,
        target_group_arns=fleet.target_group_arns if public else None,
        health_check_type="ELB" if public else "EC2",
        health_check_grace_period=_WARM_UP,
        default_instance_warmup=_WARM_UP,
        wait_for_capacity_timeout=_FIRST,
        min_elb_capacity=fleet.min if public else None,
        # A number, never $Latest: only so a change of the template shows, is rolled out and can be rolled back.
        launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
            id=fleet.template.id, version=fleet.template.latest_version.apply(str)
        ),
        initial_lifecycle_hooks=_hooks(),
        instance_refresh=_refresh(fleet),
        enabled_metrics=[
            aws.autoscaling.Metric.GROUP_DESIRED_CAPACITY,
            aws.autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES,
            aws.autoscaling.Metric.GROUP_MAX_SIZE,
            aws.autoscaling.Metric.GROUP_PENDING_INSTANCES,
            aws.autoscaling.Metric.GROUP_TERMINATING_INSTANCES,
            aws.autoscaling.Metric.GROUP_TOTAL_INSTANCES,
        ],
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=False)
            for key, value in {**fleet.tags, "Name": name}.items()
        ],
        opts=pulumi.ResourceOptions.merge(
            child,
            pulumi.ResourceOptions(
                depends_on=list(after),
                # Two groups cannot hold one volume, so the former goes first where there is one.
                delete_before_replace=fleet.one_at_a_time or None,
                custom_timeouts=pulumi.CustomTimeouts(delete=_LAST),
            ),
        ),
    )


def _hooks() -> list[aws.autoscaling.GroupInitialLifecycleHookArgs]:
    """A machine enters service only after it said that its services answered, and may finish what it does when it goes.

    As resources of their own the hooks would come after the group, and so after the first machines; these are there
    before. The price: another hook or other seconds replace the group. Its successor is waited for like the first one,
    and only then the former goes; with a data volume the former goes first.
    """
    return [
        aws.autoscaling.GroupInitialLifecycleHookArgs(
            name=_LAUNCHING,
            lifecycle_transition="autoscaling:EC2_INSTANCE_LAUNCHING",
            default_result="ABANDON",
            heartbeat_timeout=_LAUNCH,
        ),
        aws.autoscaling.GroupInitialLifecycleHookArgs(
            name=_TERMINATING,
            lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
            default_result="CONTINUE",
            heartbeat_timeout=_FAREWELL,
        ),
    ]


def _refresh(fleet: Fleet) -> aws.autoscaling.GroupInstanceRefreshArgs:
    """A new machine is well before an old one goes, also where there is only one; with a data volume, the reverse."""
    least, most = (0, 100) if fleet.one_at_a_time else (100, 150)
    return aws.autoscaling.GroupInstanceRefreshArgs(
        strategy="Rolling",
        preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
            min_healthy_percentage=least,
            max_healthy_percentage=most,
            auto_rollback=True,
            skip_matching=True,
            alarm_specification=aws.autoscaling.GroupInstanceRefreshPreferencesAlarmSpecificationArgs(
                alarms=fleet.alarm_names
            )
            if fleet.alarm_names
            else None,
        ),
    )
