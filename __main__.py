"""The program that Pulumi runs: one stack, as its file says."""

import pulumi

from config.load import load
from stacks.build import build

for name, value in build(load()).items():
    pulumi.export(name, value)
