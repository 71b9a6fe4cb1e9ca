"""What builds and functions of a frontend at Cloudflare Pages find beside services in AWS."""

from __future__ import annotations

import pytest

from plan.graph import Graph
from plan.model import Secret
from tests.components.planning import inside
from tests.stacks.pages_forms import (
    ACCOUNT,
    BACKEND,
    PAGES,
    config,
    content,
    environment,
    with_pages,
)
from tests.stacks.project import MARK, answered, write

DATABASE = "00000000-0000-4000-8000-000000000001"
FUNCTIONS = {"compatibility_date": "2026-10-01", "compatibility_flags": ["nodejs_compat"]}


@pytest.fixture(scope="module")
def told() -> Graph:
    """With functions, variables, secrets and bindings, of which previews have some of their own."""
    return with_pages(
        "pages-told",
        frontend={
            **PAGES,
            "previews": {"kind": "all"},
            "functions": FUNCTIONS,
            "production": {
                "variables": {"VITE_BANNER": "on"},
                "secrets": {"SIGNING": "JWT_SECRET", "STORE": "DATABASE_PASSWORD"},
                "databases": {"ORDERS": DATABASE},
                "queues": {"MAILS": "mails"},
                "hyperdrive": {"OLD": ACCOUNT},
                "services": {"PRICES": "prices"},
            },
            "preview": {"variables": {"VITE_BANNER": "trial"}},
        },
    )


def test_production_finds_what_is_written_down_beside_what_the_stack_says(told: Graph) -> None:
    found = config(told, "production")
    assert {**environment(told, "production"), "SIGNING": "", "STORE": ""} == {
        "VITE_API_BASE_URL": BACKEND,
        "VITE_BANNER": "on",
        "SIGNING": "",
        "STORE": "",
    }
    assert found["d1Databases"] == {"ORDERS": {"id": DATABASE}}
    assert found["queueProducers"] == {"MAILS": {"name": "mails"}}
    assert found["hyperdriveBindings"] == {"OLD": {"id": ACCOUNT}}
    assert found["services"] == {"PRICES": {"service": "prices"}}
    assert (found["compatibilityDate"], found["compatibilityFlags"]) == ("2026-10-01", ["nodejs_compat"])


def test_previews_find_what_is_written_down_for_them_and_nothing_of_production_s(told: Graph) -> None:
    found = config(told, "preview")
    assert environment(told, "preview") == {"VITE_API_BASE_URL": BACKEND, "VITE_BANNER": "trial"}
    bound = {"d1Databases", "kvNamespaces", "r2Buckets", "queueProducers", "hyperdriveBindings", "services"}
    assert bound & found.keys() == set()


def test_secrets_of_functions_come_from_the_stack_made_or_given_and_no_plan_shows_them(told: Graph) -> None:
    found = config(told, "production")["envVars"]
    for name in ("SIGNING", "STORE"):
        assert inside(found, name, "type") == "secret_text"
        assert isinstance(inside(found, name, "value"), Secret)
    assert MARK not in repr(told.plan)


def test_what_functions_alone_find_is_not_stored_in_aws() -> None:
    made = content(frontend={**PAGES, "functions": FUNCTIONS, "production": {"secrets": {"PAY": "PAY_KEY"}}})
    made["slipway:overrides"]["secrets"] = {"PAY_KEY": {}}
    found = Graph(answered(write("orders-pages-pay", made)).plan)
    assert inside(config(found, "production")["envVars"], "PAY", "type") == "secret_text"
    assert not [each for each in found.plan.resources if "PAY_KEY" in each.name]


def test_whoever_builds_is_told_production_s_variables(told: Graph) -> None:
    assert told.plan.outputs["frontendVariables"] == {"VITE_API_BASE_URL": BACKEND, "VITE_BANNER": "on"}
