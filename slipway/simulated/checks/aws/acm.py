"""Certificates. One that AWS issues is valid when its proof stands in a zone, and is waited for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_CERTIFICATE = "aws:acm/certificate:Certificate"
_RECORD = "aws:route53/record:Record"
_ELSEWHERE = ("cloudflare", ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record"))
_NAME = r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])"


def check_certificate(asked: Asked, _cloud: Cloud) -> None:
    """A certificate is for names of hosts, of which the first part may be open."""
    for path, words in (("domainName", "domainName"), ("subjectAlternativeNames", "subjectAlternativeNames")):
        for name in asked.texts(path):
            if not re.fullmatch(_NAME, name):
                raise ApiError(
                    f"ValidationException: Value '{name}' at '{words}' failed to satisfy constraint: Member must "
                    f"satisfy regular expression pattern: ^{_NAME}$"
                )


def check_validation(asked: Asked, cloud: Cloud) -> None:
    """Every domain's proof is in a zone of this account or of Cloudflare's."""
    for certificate in cloud.naming(_CERTIFICATE, "arn", asked.text("certificateArn")):
        if certificate.inputs.get("validationMethod") != "DNS":
            continue
        for proof in certificate.computed.get("domainValidationOptions") or ():
            if not _published(str(proof["resourceRecordName"]), cloud):
                raise ApiError(
                    f"waiting for ACM Certificate ({certificate.id}) to be issued: timeout while waiting for state to "
                    "become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): no zone here has the record "
                    f"{proof['resourceRecordName']}"
                )


def _published(name: str, cloud: Cloud) -> bool:
    bare = name.rstrip(".")
    if cloud.naming(_RECORD, "fqdn", bare) or cloud.told_of(bare):
        return True
    package, types = _ELSEWHERE
    return any(
        str(record.inputs.get("name", "")).rstrip(".") == bare
        for kind in types
        for record in cloud.of_package(package).of(kind)
    )


CREATING = {"Certificate": check_certificate, "CertificateValidation": check_validation}
