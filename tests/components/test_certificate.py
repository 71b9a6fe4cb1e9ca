"""What a certificate guarantees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pulumi_aws.acm.outputs import CertificateDomainValidationOption

from components.aws.certificate import asked_about, proof_of, undotted
from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

ROOT = Path(__file__).resolve().parents[2]
every = pytest.mark.parametrize("certificate", ["certificate", "certificate-single", "certificate-cloudflare"])


def records(graph: Graph, certificate: str) -> list[str]:
    kinds = ("Record", "DnsRecord")
    return sorted(record.name for kind in kinds for record in part_of(graph, certificate, kind))


def test_it_is_for_all_domains_and_the_first_is_its_name(parts: Graph) -> None:
    several, single = (the_part(parts, name, "Certificate").inputs for name in ("certificate", "certificate-single"))
    assert several["domainName"] == single["domainName"] == "shop.example"
    assert several["subjectAlternativeNames"] == ["*.shop.example", "chat.shop.example"]
    assert not single.get("subjectAlternativeNames")


@every
def test_it_is_proven_by_dns_which_renews_itself(parts: Graph, certificate: str) -> None:
    assert the_part(parts, certificate, "Certificate").inputs["validationMethod"] == "DNS"


def test_a_domain_and_its_wildcard_share_one_proof(parts: Graph) -> None:
    assert records(parts, "certificate") == ["certificate-chat.shop.example", "certificate-shop.example"]
    assert records(parts, "certificate-cloudflare") == ["certificate-cloudflare-shop.example"]
    assert asked_about(["*.shop.example"]) == ["shop.example"]


@every
def test_it_waits_for_every_proof(parts: Graph, certificate: str) -> None:
    validated = the_part(parts, certificate, "CertificateValidation")
    assert target(validated.inputs["certificateArn"]) == the_part(parts, certificate, "Certificate").name
    assert set(records(parts, certificate)) <= {urn.rpartition("::")[2] for urn in validated.dependencies}


@pytest.mark.parametrize("certificate", ["certificate", "certificate-cloudflare"])
def test_a_listener_waits_until_it_is_valid(parts: Graph, certificate: str) -> None:
    # AWS refuses one that still waits for its proof.
    (secure,) = [each for each in part_of(parts, f"lb-of-{certificate}", "Listener") if each.inputs["port"] == 443]
    assert target(secure.inputs["certificateArn"]) == the_part(parts, certificate, "Certificate").name
    assert the_part(parts, certificate, "CertificateValidation").urn in secure.dependencies


def test_the_proof_stands_in_the_zone_that_is_named(parts: Graph) -> None:
    for record in part_of(parts, "certificate", "Record"):
        assert (record.inputs["zoneId"], record.inputs["type"]) == ("Z0123456789", "CNAME")
        assert record.inputs["allowOverwrite"] is True
    at_cloudflare = the_part(parts, "certificate-cloudflare", "DnsRecord")
    assert at_cloudflare.inputs["zoneId"] == "0123456789abcdef0123456789abcdef"
    assert at_cloudflare.inputs["type"] == "CNAME"
    assert part_of(parts, "certificate-cloudflare", "Record") == part_of(parts, "certificate", "DnsRecord") == []


def test_amazon_sees_the_proof_itself_and_not_cloudflare_s_answer(parts: Graph) -> None:
    assert the_part(parts, "certificate-cloudflare", "DnsRecord").inputs["proxied"] is False


def test_cloudflare_s_records_are_made_by_the_caller_s_provider(parts: Graph) -> None:
    record = the_part(parts, "certificate-cloudflare", "DnsRecord")
    assert "::cloudflare-of-the-certificate::" in record.provider


def option(domain: str) -> CertificateDomainValidationOption:
    """What AWS asks about a domain."""
    return CertificateDomainValidationOption(
        domain_name=domain,
        resource_record_name=f"_1.{domain.removeprefix('*.')}.",
        resource_record_type="CNAME",
        resource_record_value="_2.acm.example.",
    )


def test_the_proof_of_a_domain_is_found_wherever_aws_puts_it() -> None:
    # AWS tells them in any order, and a wildcard's under its own name.
    options = [option("chat.shop.example"), option("*.shop.example"), option("other.example")]
    assert proof_of("shop.example", options).resource_record_name == "_1.shop.example."
    assert proof_of("chat.shop.example", options).resource_record_name == "_1.chat.shop.example."


def test_a_domain_that_aws_does_not_ask_about_stops_the_deployment() -> None:
    with pytest.raises(ValueError, match=r"Shop\.example: AWS asks for no proof of it, only of \['shop\.example'\]"):
        proof_of("Shop.example", [option("shop.example")])


def test_a_name_at_cloudflare_has_no_dot_at_its_end() -> None:
    assert undotted("_1.shop.example.") == "_1.shop.example"
    assert undotted("_1.shop.example") == "_1.shop.example"


def test_without_cloudflare_its_sdk_is_not_loaded() -> None:
    # It takes seconds. Nor is the firewall's large part of the other one, for every stack in AWS imports these modules.
    code = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "import components.aws.certificate, components.aws.zone, components.aws.load_balancer\n"
        "print('pulumi_cloudflare' in sys.modules, 'pulumi_aws.wafv2.web_acl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["False", "False"]
