"""The certificate of a load balancer, proven through DNS."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import partial
from typing import TypeAlias, TypedDict

import pulumi
import pulumi_aws as aws

_TTL = 300  # seconds

_Options: TypeAlias = "Sequence[aws.acm.outputs.CertificateDomainValidationOption]"


class DnsKind(StrEnum):
    """Who keeps the names."""

    ROUTE53 = "route53"
    """A hosted zone in Route 53."""
    CLOUDFLARE = "cloudflare"
    """A zone at Cloudflare, whose provider the caller passes too. Its records must not be there yet."""


class DomainValidationArgs(TypedDict):
    """Where the proof that the domains are ours is put."""

    kind: DnsKind
    """Who keeps the zone."""
    zone_id: pulumi.Input[str]
    """The id of the zone that holds all the domains."""


class CertificateArgs(TypedDict):
    """What the certificate is made from."""

    domains: list[str]
    """The domains that it is for, wildcards such as *.example.com among them; the first is its main name."""
    validation: DomainValidationArgs
    """Where their proof is put."""


class Certificate(pulumi.ComponentResource):
    """Guarantees a certificate that is valid when its ARN is known, and that AWS renews as long as it is in use."""

    arn: pulumi.Output[str]
    """The ARN, known once AWS has seen the proof."""

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Certificate", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        domains = list(dict.fromkeys(args["domains"]))
        if not domains:
            raise ValueError(f"{name}: domains: a certificate is for one domain at least; give its name")
        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=domains[0],
            subject_alternative_names=domains[1:] or None,
            validation_method="DNS",
            tags={"Name": name},
            opts=child,
        )
        records = _prove(name, certificate.domain_validation_options, args, child)
        validated = aws.acm.CertificateValidation(
            f"{name}-validated",
            certificate_arn=certificate.arn,
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=records)),
        )
        self.arn = validated.certificate_arn
        self.register_outputs({"arn": self.arn})


def asked_about(domains: Iterable[str]) -> list[str]:
    """The domains that AWS wants a proof of, each once: that of a domain is that of its wildcard too."""
    return list(dict.fromkeys(domain.removeprefix("*.") for domain in domains))


def proof_of(domain: str, options: "_Options") -> "aws.acm.outputs.CertificateDomainValidationOption":
    """The record that AWS wants to see for a domain."""
    for option in options:
        if option.domain_name and option.domain_name.removeprefix("*.") == domain:
            return option
    asked = sorted(option.domain_name for option in options if option.domain_name)
    raise ValueError(f"{domain}: AWS asks for no proof of it, only of {asked}; write it in lower case, without a dot")


def _prove(
    name: str, options: "pulumi.Output[_Options]", args: CertificateArgs, child: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """One record for each domain that AWS asks about. They stay: AWS looks for them at each renewal too."""
    zone_id = args["validation"]["zone_id"]
    proofs = {domain: options.apply(partial(proof_of, domain)) for domain in asked_about(args["domains"])}
    if args["validation"]["kind"] == DnsKind.CLOUDFLARE:
        # Only here: the SDK takes seconds to import.
        from components.cloudflare.records import Record, record  # noqa: PLC0415 - as said

        return [
            record(
                f"{name}-{domain}",
                zone_id,
                Record(
                    name=proof.resource_record_name.apply(undotted),
                    type="CNAME",  # AWS asks for no other
                    content=proof.resource_record_value.apply(undotted),
                ),
                child,
            )
            for domain, proof in proofs.items()
        ]
    return [
        aws.route53.Record(
            f"{name}-{domain}",
            zone_id=zone_id,
            name=proof.resource_record_name,
            type="CNAME",  # AWS asks for no other
            ttl=_TTL,
            records=[proof.resource_record_value],
            # What may be there already is the answer to the same question: AWS asks an account always the same.
            allow_overwrite=True,
            opts=child,
        )
        for domain, proof in proofs.items()
    ]


def undotted(name: str) -> str:
    """A name as Cloudflare keeps it: AWS ends it with a dot, which would be a difference at each deployment."""
    return name.removesuffix(".")
