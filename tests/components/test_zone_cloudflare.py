"""What the names in a zone at Cloudflare guarantee."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.cloudflare.records import quoted
from components.cloudflare.zone import mail_record
from tests.components.planning import part_of

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

both = pytest.mark.parametrize("zone", ["cloudflare-zone", "cloudflare-zone-direct"])
HOSTS = ("shop.example", "chat.shop.example")
SITE = "www.shop.example"
SERVER = "server.shop.example"


def records(graph: Graph, zone: str) -> dict[tuple[Value, Value], Resource]:
    """The records by type and name."""
    found = part_of(graph, zone, "DnsRecord")
    by_name = {(each.inputs["type"], each.inputs["name"]): each for each in found}
    assert len(by_name) == len(found)
    return by_name


@both
def test_each_host_leads_to_the_load_balancer(parts: Graph, zone: str) -> None:
    assert {records(parts, zone)["CNAME", host].inputs["content"] for host in HOSTS} == {"lb.example"}
    assert {record.inputs["zoneId"] for record in records(parts, zone).values()} == {"0123456789abcdef0123456789abcdef"}


@pytest.mark.parametrize(("zone", "proxied"), [("cloudflare-zone", True), ("cloudflare-zone-direct", False)])
def test_requests_go_through_cloudflare_only_when_that_is_wanted(parts: Graph, zone: str, *, proxied: bool) -> None:
    for kind, host in (*(("CNAME", host) for host in HOSTS), ("A", SERVER)):
        record = records(parts, zone)[kind, host]
        assert record.inputs["proxied"] is proxied
        # Cloudflare takes no time of our own for what it answers itself.
        assert record.inputs["ttl"] == (1 if proxied else 300)


@both
def test_a_site_s_host_leads_to_its_distribution_past_cloudflare_s_network(parts: Graph, zone: str) -> None:
    record = records(parts, zone)["CNAME", SITE]
    assert (record.inputs["content"], record.inputs["proxied"]) == ("d1.cloudfront.example", False)


@both
def test_a_server_s_host_leads_to_its_address(parts: Graph, zone: str) -> None:
    assert records(parts, zone)["A", SERVER].inputs["content"] == "203.0.113.7"


@both
def test_mail_never_goes_through_cloudflare(parts: Graph, zone: str) -> None:
    mail = [
        record for record in part_of(parts, zone, "DnsRecord") if record.inputs["name"] not in (*HOSTS, SITE, SERVER)
    ]
    assert len(mail) == 4
    assert [record.name for record in mail if record.inputs["proxied"] is not False] == []
    assert {record.inputs["ttl"] for record in mail} == {300}


def test_mail_comes_back_to_its_server(parts: Graph) -> None:
    server = records(parts, "cloudflare-zone")["MX", "send.shop.example"]
    assert (server.inputs["content"], server.inputs["priority"]) == ("feedback.mail.example", 10)


def test_a_mail_server_without_a_priority_is_refused() -> None:
    with pytest.raises(ValueError, match=r"send\.shop\.example: MX: a mail server has a priority"):
        mail_record({"type": "MX", "name": "send.shop.example", "content": "feedback.mail.example"})


def test_a_text_stands_in_quotes(parts: Graph) -> None:
    sender = records(parts, "cloudflare-zone")["TXT", "send.shop.example"]
    assert sender.inputs["content"] == '"v=spf1 include:mail.example ~all"'


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=1000))
@example("=" * 256)  # one more than a string takes
@example('"' * 600)
def test_who_reads_a_text_gets_what_was_written(text: str) -> None:
    given_text = quoted(text)
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', given_text)
    assert given_text == " ".join(f'"{string}"' for string in strings)
    read = [re.sub(r"\\(.)", r"\1", string) for string in strings]
    assert "".join(read) == text
    assert all(len(string) <= 255 for string in read)


@pytest.mark.parametrize("text", ["grüße", "two\nlines"])
def test_a_text_beyond_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        quoted(text)
