"""What Cloudflare's simulated objects tell, and that its data fits the SDK."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

import slipway.simulated.facts
from slipway.simulated.checks import refusals
from slipway.simulated.checks.asked import Asked
from slipway.simulated.checks.cloudflare.zone_settings import NOT_FREE, VALUES
from slipway.simulated.inputs import Form, inputs_of
from slipway.simulated.provider import SimulatedProvider
from slipway.simulated.sdk import Sdk
from slipway.simulated.structs import to_python, to_struct

DATA = Path(slipway.simulated.facts.__file__).with_name("data")
RULES = json.loads((DATA / "cloudflare-inputs.json").read_text())["types"]
FACTS = {token: each for token, each in json.loads((DATA / "facts.json").read_text()).items() if "cloudflare:" in token}
UNKNOWN_ZONE = "f" * 32


def sdk() -> Sdk:
    found = importlib.util.find_spec("pulumi_cloudflare")
    assert found is not None
    assert found.origin is not None
    return Sdk("cloudflare", "6.23.1", Path(found.origin).parent)


class Context:
    def abort(self, _code: object, message: str) -> None:
        raise AssertionError(message)


def create(cloud: Path, kind: str, logical: str, /, **inputs: Any) -> tuple[str, dict[str, Any]]:
    """The id and the properties of a new object."""
    token = f"cloudflare:index/{kind[0].lower()}{kind[1:]}:{kind}"
    request = provider_pb2.CreateRequest(urn=f"urn:pulumi:dev::shop::{token}::{logical}", properties=to_struct(inputs))
    answer = SimulatedProvider(sdk(), cloud, {}, autoname=True).Create(request, Context())
    return answer.id, to_python(answer.properties)


def form_at(forms: Any, path: str) -> Form:
    head, _, rest = path.partition(".")
    form: Form = forms[head]
    inner = form.of if form.kind == "list" and form.of else form
    return form_at(inner.fields, rest) if rest else inner


@pytest.mark.parametrize("token", sorted(RULES))
def test_every_rule_is_about_an_input_of_its_type(token: str) -> None:
    forms = inputs_of(sdk().folder, token)

    for path, rule in RULES[token].items():
        assert form_at(forms, path).kind in ("text", "number")
        assert rule


@pytest.mark.parametrize("token", sorted(FACTS))
def test_every_input_that_replaces_is_one_of_its_type(token: str) -> None:
    forms = inputs_of(sdk().folder, token)

    assert forms is not None
    assert {path.partition(".")[0] for path in FACTS[token]["replace"]} - {"*"} <= forms.keys()


def test_the_provider_does_not_care_for_capitals_in_its_own_words() -> None:
    bucket = "cloudflare:index/r2Bucket:R2Bucket"

    def said(location: str) -> tuple[str, ...]:
        inputs = {"accountId": "0123456789abcdef0123456789abcdef", "name": "uploads", "location": location}
        return refusals(Asked(token=bucket, name="bucket", inputs=inputs), sdk().folder)

    assert said("WEUR") == said("weur") == ()
    assert said("EU")


def test_a_zone_has_name_servers_and_waits_for_them(tmp_path: Path) -> None:
    identifier, zone = create(tmp_path, "Zone", "zone", name="shop.example", account={"id": "a"})

    assert len(identifier) == 32
    assert zone["status"] == "pending"
    assert all(server.endswith(".invalid") for server in zone["nameServers"])


def test_a_setting_is_of_one_zone_and_set_again_without_an_error(tmp_path: Path) -> None:
    zones = [create(tmp_path, "Zone", each, name=f"{each}.example", account={"id": "a"})[0] for each in ("a", "b")]
    ids = [create(tmp_path, "ZoneSetting", zone, zoneId=zone, settingId="ssl", value="strict")[0] for zone in zones]

    assert len(set(ids)) == 2
    assert create(tmp_path, "ZoneSetting", "again", zoneId=zones[0], settingId="ssl", value="full")[0] == ids[0]


@pytest.mark.parametrize("setting", sorted(NOT_FREE))
def test_of_a_zone_that_is_somebodys_the_plan_is_not_guessed(tmp_path: Path, setting: str) -> None:
    value = VALUES[setting][0] if setting != "polish" else "lossy"

    assert create(tmp_path, "ZoneSetting", "one", zoneId=UNKNOWN_ZONE, settingId=setting, value=value)


def test_records_of_a_zone_that_is_somebodys_are_compared_by_what_is_known(tmp_path: Path) -> None:
    record = {"zoneId": UNKNOWN_ZONE, "type": "A", "content": "192.0.2.1", "ttl": 1}
    create(tmp_path, "DnsRecord", "one", name="www", **record)

    with pytest.raises(AssertionError, match="81058"):
        create(tmp_path, "DnsRecord", "two", name="WWW", **record)
    assert create(tmp_path, "DnsRecord", "three", name="www.shop.example", **record)


def test_records_that_may_stand_beside_each_other_do(tmp_path: Path) -> None:
    host = {"zoneId": UNKNOWN_ZONE, "name": "@", "ttl": 300}
    said: list[dict[str, Any]] = [
        {"type": "A", "content": "192.0.2.1"},
        {"type": "A", "content": "192.0.2.2"},
        {"type": "AAAA", "content": "2001:db8::1"},
        {"type": "TXT", "content": "v=spf1 -all"},
        {"type": "TXT", "content": "another=1"},
        {"type": "MX", "content": "mail.example", "priority": 10},
        {"type": "MX", "content": "mail.example", "priority": 20},
        {"type": "CAA", "data": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"}},
        {"type": "SRV", "data": {"priority": 1, "weight": 1, "port": 5060, "target": "sip.example"}},
    ]

    made = {create(tmp_path, "DnsRecord", str(number), **host, **each)[0] for number, each in enumerate(said)}

    assert len(made) == len(said)


@pytest.mark.parametrize(
    ("kind", "content", "proxiable"), [("A", "192.0.2.1", True), ("A", "10.0.0.1", False), ("TXT", "a", False)]
)
def test_a_record_tells_whether_it_could_be_proxied(tmp_path: Path, kind: str, content: str, proxiable: object) -> None:
    record = create(tmp_path, "DnsRecord", "one", zoneId=UNKNOWN_ZONE, name="www", type=kind, content=content, ttl=1)

    assert record[1]["proxiable"] is proxiable


def test_a_project_of_pages_has_a_host_that_leads_nowhere(tmp_path: Path) -> None:
    _, project = create(
        tmp_path,
        "PagesProject",
        "one",
        accountId="0123456789abcdef0123456789abcdef",
        name="shop",
        productionBranch="main",
    )

    assert project["domains"] == [project["subdomain"]] == ["shop.pages.invalid"]
