import pulumi
import pulumi_cloudflare as cloudflare

from components.aws.certificate import Certificate, CertificateArgs, DnsKind
from components.aws.listeners import Protocol
from components.aws.load_balancer import LoadBalancer

certificate: CertificateArgs = {
    "domains": ["shop.example", "*.shop.example", "chat.shop.example", "shop.example"],
    "validation": {"kind": DnsKind.ROUTE53, "zone_id": "Z0123456789"},
}
at_cloudflare: CertificateArgs = {
    "domains": ["shop.example", "*.shop.example"],
    "validation": {"kind": DnsKind.CLOUDFLARE, "zone_id": "0123456789abcdef0123456789abcdef"},
}


def make(guarded):
    made = {"certificate": Certificate("certificate", certificate)}
    Certificate("certificate-single", {**certificate, "domains": ["shop.example"]})
    given = pulumi.ResourceOptions(providers=[cloudflare.Provider("cloudflare-of-the-certificate")])
    made["certificate-cloudflare"] = Certificate("certificate-cloudflare", at_cloudflare, given)
    Certificate("guarded-certificate", certificate, guarded("certificate"))
    for name, proven in made.items():
        LoadBalancer(
            f"lb-of-{name}",
            {
                "vpc_id": "vpc-1",
                "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
                "listener": {"protocol": Protocol.HTTPS, "certificate_arn": proven.arn},
                "services": {},
                "deletion_protection": False,
            },
        )
