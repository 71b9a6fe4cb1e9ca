"""A Redis outside the stack that a script names by its host: the same as one that a container's variable names."""

from __future__ import annotations

import pytest

from policies.redis.tls import RULE as OVER_TLS
from tests.policies.plans import findings, group, instance, verdicts


def told(script: str) -> set[str]:
    """What the rule on TLS says of a machine with this script."""
    return set(verdicts(instance(f"#!/bin/sh\n{script}\n"), rule=OVER_TLS).values())


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("export REDIS_HOST=cache.example.com", {"unproven"}),
        ("export SESSION_REDIS_CACHE_HOST=cache.example.com", {"unproven"}),
        ("export REDIS_HOST=cache.example.com REDIS_TLS=true", set()),
        ("export REDIS_HOST=cache.example.com REDIS_TLS=false", {"violation"}),
        ("export REDIS_HOST=cache.example.com A_REDIS_TLS=true B_REDIS_TLS=false", {"unproven"}),
    ],
)
def test_a_host_that_a_script_names_is_as_one_of_a_variable(script: str, expected: set[str]) -> None:
    assert told(script) == expected
    besides = findings(group(), instance(f"#!/bin/sh\n{script}\n"))
    assert any("names a Redis outside this stack (cache.example.com)" in each.message for each in besides)


@pytest.mark.parametrize(
    "script",
    [
        "export REDIS_HOST=localhost",
        "export REDIS_HOST=127.0.0.1",
        "export REDIS_HOST=cache",
        "export REDIS_ADDR=redis.service",
        "# export REDIS_HOST=cache.example.com",
        "export PREDISPOSED_HOST=cache.example.com",
    ],
)
def test_what_names_no_host_outside_is_none(script: str) -> None:
    assert told(script) == set()
