"""A secret that nobody needs to know: made once, and never made anew by a change of the program."""

from __future__ import annotations

import pulumi
import pulumi_random as random

_BYTES = 48


def random_secret(logical: str, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """48 random bytes, in hexadecimal."""
    # All inputs are ignored: each of them would make the bytes anew, and sessions, tokens and the database's password
    # with them. Hexadecimal is what every taker takes: ElastiCache refuses base64's +, RDS its /.
    once = pulumi.ResourceOptions(ignore_changes=["length", "keepers"])
    return random.RandomBytes(logical, length=_BYTES, opts=pulumi.ResourceOptions.merge(opts, once)).hex
