"""The facts speak of types that exist."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from slipway.simulated.inputs import Form, inputs_of

DATA = Path(__file__).parents[2] / "slipway" / "danger" / "data"
PARTS = ("data", "traffic", "restarts", "one_way", "erases")
PACKAGES = sorted(file.stem for file in DATA.glob("*.json") if file.stem != "general")
INSTALLED = ("aws", "cloudflare", "random")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_fact_is_of_a_type_of_its_package_and_in_order(package: str) -> None:
    facts = json.loads((DATA / f"{package}.json").read_text())
    assert set(facts) == {"about", *PARTS}
    for part in PARTS:
        assert list(facts[part]) == sorted(facts[part])
        assert all(re.fullmatch(rf"{package}:[a-zA-Z0-9]+/[a-zA-Z0-9]+:[a-zA-Z0-9]+", token) for token in facts[part])


@pytest.mark.parametrize("package", INSTALLED)
def test_every_type_is_in_the_installed_sdk(package: str) -> None:
    facts = json.loads((DATA / f"{package}.json").read_text())
    spec = importlib.util.find_spec(f"pulumi_{package}")  # finds without importing, which takes seconds
    assert spec is not None
    assert spec.origin is not None
    (listed,) = re.findall(r"resource_modules=\"\"\"(.*?)\"\"\"", Path(spec.origin).read_text(), re.DOTALL)
    known = {token for module in json.loads(listed) for token in module["classes"]}
    assert known
    assert [token for part in PARTS for token in facts[part] if token not in known] == []


@pytest.mark.parametrize("package", INSTALLED)
def test_every_input_whose_update_erases_is_one_of_its_type(package: str) -> None:
    facts = json.loads((DATA / f"{package}.json").read_text())
    spec = importlib.util.find_spec(f"pulumi_{package}")
    assert spec is not None
    assert spec.origin is not None
    paths = [(token, path) for token, rules in facts["erases"].items() for path in rules]
    assert [each for each in paths if not has_input(Path(spec.origin).parent, *each)] == []


def has_input(sdk: Path, token: str, path: str) -> bool:
    fields = inputs_of(sdk, token) or {}
    for name in path.split("."):
        if name not in fields:
            return False
        form: Form | None = fields[name]
        while form and form.kind in ("list", "map"):
            form = form.of
        fields = form.fields if form else {}
    return True
