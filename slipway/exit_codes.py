"""How a command ends, as a shell or a pipeline is told: one meaning each, for every command and for the gate."""

from __future__ import annotations

CLEAN = 0
FAILED = 1  # the program or its surroundings
USAGE = 2  # wrong usage, or a wrong file of the user's
FINDINGS = 3  # mandatory findings, or orphans
ENDANGERED = 5  # a change would lose data, and nobody approved
CANCELLED = 130  # as shells say of a program that ctrl-C ended
