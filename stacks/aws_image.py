"""Which AMI machines start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from config.machines import UbuntuImage

if TYPE_CHECKING:
    from config.machines import Image


def image_id(image: Image, provider: pulumi.ProviderResource) -> pulumi.Input[str]:
    """The AMI's id. Canonical's parameter is looked up by the image's serial, under which it never changes.

    A launch template could name the parameter itself, but then Auto Scaling cannot turn a rollout back (API reference,
    `RollbackInstanceRefresh`).
    """
    if not isinstance(image, UbuntuImage):
        return image.id
    found = aws.ssm.get_parameter_output(name=image.parameter(), opts=pulumi.InvokeOptions(provider=provider))
    return found.value.apply(str)
