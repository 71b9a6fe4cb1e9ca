"""The program that Pulumi runs: one stack, as its file says."""

import pulumi

from config.load import load, load_secrets
from stacks.build import build

stack = load()
for name, value in build(stack, load_secrets(stack)).items():
    pulumi.export(name, value)
