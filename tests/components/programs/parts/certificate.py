import pulumi
import pulumi_cloudflare as cloudflare

from components.aws.certificate import Certificate, CertificateArgs, DnsKind

certificate: CertificateArgs = {
    "domains": ["shop.example", "*.shop.example", "chat.shop.example", "shop.example"],
    "validation": {"kind": DnsKind.ROUTE53, "zone_id": "Z0123456789"},
}
at_cloudflare: CertificateArgs = {
    "domains": ["shop.example", "*.shop.example"],
    "validation": {"kind": DnsKind.CLOUDFLARE, "zone_id": "0123456789abcdef0123456789abcdef"},
}


def make(guarded):
    Certificate("certificate", certificate)
    Certificate("certificate-single", {**certificate, "domains": ["shop.example"]})
    given = cloudflare.Provider("cloudflare-of-the-certificate")
    Certificate("certificate-cloudflare", at_cloudflare, pulumi.ResourceOptions(providers=[given]))
    Certificate("guarded-certificate", certificate, guarded("certificate"))
