"""Rules of security groups, each a resource by itself."""

from __future__ import annotations

from slipway.simulated.checks.aws.groups import check_rule

CREATING = {"SecurityGroupIngressRule": check_rule, "SecurityGroupEgressRule": check_rule}
UPDATING = CREATING
