"""The rules as a Pulumi policy pack. Constructing it serves it until the engine ends this process."""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, PolicyPack

from policies.host import keep_secrets, keep_what_is_only_read, policies

keep_secrets()
keep_what_is_only_read()
PolicyPack("slipway", policies(), enforcement_level=EnforcementLevel.MANDATORY)
