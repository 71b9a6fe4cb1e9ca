"""Modules with the names of ours, and output on both streams."""

import importlib.util
import os
import sys

import config
import pulumi
import runner

print("said on stdout")
print("said on stderr", file=sys.stderr)
pulumi.export("modules", [config.NAME, runner.NAME])
pulumi.export("ours", importlib.util.find_spec("interpreter") is not None)
pulumi.export("account", os.environ.get("AWS_SECRET_ACCESS_KEY"))
pulumi.export("arguments", sys.argv)
pulumi.export("folder", os.getcwd())
