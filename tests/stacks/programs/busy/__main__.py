"""The real wiring, for stacks and applications that are not shipped: they lie beside this file."""

import sys
from pathlib import Path

import pulumi

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[3]))  # where the rooms are

from config.load import load  # noqa: E402
from stacks.build import build  # noqa: E402

for name, value in build(load(HERE)).items():
    pulumi.export(name, value)
