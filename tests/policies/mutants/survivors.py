"""Mutants that the named rule does not find, by rule, operator and plan, each with the reason why that is right."""

from __future__ import annotations

SURVIVORS: dict[tuple[str, str, str], str] = {}
