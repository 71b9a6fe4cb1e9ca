"""What the names in a zone of Route 53 guarantee."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.aws.zone import MailRecordArgs, quoted, record_sets
from tests.components.planning import inside, part_of, target

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

ascii_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=1000)


def records(graph: Graph) -> dict[tuple[Value, Value], Resource]:
    """The records by type and name."""
    found = part_of(graph, "zone", "Record")
    by_name = {(each.inputs["type"], each.inputs["name"]): each for each in found}
    assert len(by_name) == len(found)
    return by_name


def values(graph: Graph, kind: str, name: str) -> object:
    return records(graph)[kind, name].inputs["records"]


def test_each_host_leads_to_the_load_balancer_as_long_as_it_is_well(parts: Graph) -> None:
    for host in ("shop.example", "chat.shop.example"):
        record = records(parts)["A", host]
        assert record.inputs["aliases"] == [{"name": "lb.example", "zoneId": "Z35", "evaluateTargetHealth": True}]


def test_no_host_promises_an_address_that_the_load_balancer_does_not_have(parts: Graph) -> None:
    assert [name for kind, name in records(parts) if kind == "AAAA"] == ["www.shop.example"]


def test_a_site_s_host_leads_to_its_distribution_by_both_kinds_of_addresses(parts: Graph) -> None:
    # Route 53 refuses a record that asks for a distribution's health.
    leads = [{"name": "d1.cloudfront.example", "zoneId": "Z2F", "evaluateTargetHealth": False}]
    assert [records(parts)[kind, "www.shop.example"].inputs["aliases"] for kind in ("A", "AAAA")] == [leads, leads]


def test_a_server_s_host_leads_to_its_address_and_is_known_once_the_record_is_there(parts: Graph) -> None:
    record = records(parts)["A", "server.shop.example"]
    assert (record.inputs["records"], record.inputs["ttl"]) == (["203.0.113.7"], 300)
    assert "aliases" not in record.inputs
    (owner,) = [found for found in parts.of_type("slipway:aws:Zone") if found.name == "zone"]
    assert target(inside(owner.outputs["hosts"], "server.shop.example")) == record.name


def test_every_record_stands_in_the_zone_and_overwrites_nothing(parts: Graph) -> None:
    found = records(parts).values()
    assert {record.inputs["zoneId"] for record in found} == {"Z0123456789"}
    assert [record.name for record in found if record.inputs.get("allowOverwrite")] == []


def test_records_of_one_name_and_type_are_one_for_route_53(parts: Graph) -> None:
    texts = ["v=spf1 include:mail.example ~all", r"says \"yes\""]
    assert values(parts, "TXT", "send.shop.example") == texts
    assert records(parts)["TXT", "send.shop.example"].name == "zone-txt-send.shop.example"


def test_mail_comes_back_to_its_server(parts: Graph) -> None:
    assert values(parts, "MX", "send.shop.example") == ["10 feedback.mail.example"]
    assert values(parts, "CNAME", "links.shop.example") == ["links.mail.example"]


def test_a_mail_server_without_a_priority_is_refused() -> None:
    server: MailRecordArgs = {"type": "MX", "name": "send.shop.example", "content": "feedback.mail.example"}
    with pytest.raises(ValueError, match=r"send\.shop\.example: MX: a mail server has a priority"):
        record_sets([server])


def test_a_value_that_two_roles_ask_for_stands_once() -> None:
    spf: MailRecordArgs = {"type": "TXT", "name": "shop.example", "content": "v=spf1 ~all"}
    assert record_sets([spf, {**spf, "content": "other"}, spf]) == {("TXT", "shop.example"): ["v=spf1 ~all", "other"]}


@given(ascii_text)
@example("=" * 256)  # one more than a string takes
@example('"' * 600)
def test_who_reads_a_text_gets_what_was_written(text: str) -> None:
    strings = read(f'"{quoted(text)}"')  # the provider writes the outer quotes
    assert "".join(strings) == text
    assert all(len(string) <= 255 for string in strings)


@pytest.mark.parametrize("text", ["grüße", "two\nlines", "a\x7f"])
def test_a_text_beyond_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        quoted(text)


def read(text: str) -> list[str]:
    """The strings of a TXT record as DNS reads them (RFC 1035): each in quotes, a backslash before what is special."""
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    rest = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert rest.strip() == "", f"not in quotes: {rest}"
    return [re.sub(r"\\(.)", r"\1", string) for string in strings]
