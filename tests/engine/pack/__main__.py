"""One rule that forbids nothing but what the test looks for, and one that tells what it knows of the stack."""

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def closed(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:ec2/vpc:Vpc" and args.props["cidrBlock"] == "10.0.0.0/16":
        report("choose another range", None)


def told(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:ec2/vpc:Vpc":
        cidr = pulumi.Config("shop").get("cidr")
        report(f"{pulumi.get_project()} {pulumi.get_stack()} {pulumi.runtime.is_dry_run()} {str(cidr)[::-1]}", None)


PolicyPack(
    "pack",
    [
        ResourceValidationPolicy("closed", "No such range.", closed, EnforcementLevel.MANDATORY),
        ResourceValidationPolicy("told", "What a pack is told.", told, EnforcementLevel.ADVISORY),
    ],
)
