"""The rules as a Pulumi policy pack. Constructing it serves it until the engine ends this process."""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, PolicyPack

from policies.host import analyse_once, keep_secrets, policies

keep_secrets()
analyse_once()
PolicyPack("slipway", policies(), enforcement_level=EnforcementLevel.MANDATORY)
