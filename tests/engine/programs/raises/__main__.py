"""Fails in a function of its own."""

import pulumi


def open_shelf() -> None:
    raise ValueError("the shelf is empty")


pulumi.export("before", 1)
open_shelf()
