"""The setting `deletion` of data, as resource options."""

from __future__ import annotations

import pulumi

from config.values import Deletion


def forgotten(deletion: Deletion) -> pulumi.ResourceOptions:
    """For what data stands on: kept in the account when the data is."""
    return pulumi.ResourceOptions(retain_on_delete=True) if deletion == Deletion.RETAIN else pulumi.ResourceOptions()


def kept(deletion: Deletion) -> pulumi.ResourceOptions:
    """For the data itself. Where it says nothing, what the parent says goes on to apply."""
    return pulumi.ResourceOptions(protect=True) if deletion == Deletion.PROTECT else forgotten(deletion)


def kept_under_its_name(deletion: Deletion) -> pulumi.ResourceOptions:
    """The same for data of a fixed name, which no two may have: what is destroyed goes before its successor comes."""
    first = pulumi.ResourceOptions(delete_before_replace=True) if deletion == Deletion.DESTROY else None
    return pulumi.ResourceOptions.merge(kept(deletion), first)
