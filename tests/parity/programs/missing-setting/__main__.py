"""Needs a setting that nobody gave."""

import pulumi

pulumi.Config().require("nobody")
