"""What stands between the internet and the services in AWS: load balancer, certificate, names."""

from typing import Annotated, Literal

from pydantic import Field

from config.aws import CertificateArn
from config.cloudflare_edge import EdgeSettings, EdgeZoneId
from config.cloudflare_turnstile import ZoneTurnstile
from config.settings import Settings
from config.values import Flag, Hostname, Matches, Whole


class HttpListener(Settings):
    """Plain HTTP on port 80. Only in development: everything on the way can read it."""

    kind: Literal["http"]
    """Always `http`."""


class HttpsListener(Settings):
    """HTTPS on port 443; port 80 only redirects to it."""

    kind: Literal["https"]
    """Always `https`."""
    certificate_arn: CertificateArn | None = None
    """An existing certificate's ARN in AWS Certificate Manager; none means one is made for the services' host names and
    proven through `dns`."""


class LoadBalancerSettings(Settings):
    """The load balancer, the only part that the internet reaches."""

    listener: Annotated[HttpListener | HttpsListener, Field(discriminator="kind")]
    """What it listens on: `{kind: https}`, or in development `{kind: http}`."""
    deletion_protection: Flag = True
    """Whether AWS refuses to delete it; false by default in development."""
    access_logs: Annotated[Whole, Field(ge=0, le=3650)] = 90
    """Days that the log of every request is kept in a bucket of its own; 0 means no log."""
    firewall: Flag = False
    """Whether a web application firewall looks at every request first. The application's rate limit needs it."""


class Route53Zone(Settings):
    """A hosted zone in Route 53 that is there already."""

    kind: Literal["route53"]
    """Always `route53`."""
    zone: Hostname
    """The zone's name, as in example.com."""
    zone_id: Annotated[
        str, Matches(r"Z[A-Z0-9]{5,31}", "the id of a hosted zone is wanted", "write it as in Z0123456789ABCDEFGHIJ")
    ]
    """The zone's id."""


class CloudflareZone(Settings):
    """A zone at Cloudflare that is there already. Its token comes from the environment: CLOUDFLARE_API_TOKEN."""

    kind: Literal["cloudflare"]
    """Always `cloudflare`."""
    zone: Hostname
    """The zone's name, as in example.com."""
    zone_id: EdgeZoneId
    """The zone's id."""
    proxied: Flag = True
    """Whether requests go through Cloudflare's network, which hides the load balancer's addresses."""
    edge: EdgeSettings | None = None
    """How Cloudflare answers for the whole zone; none leaves the zone as it is."""
    turnstile: ZoneTurnstile | None = None
    """A widget by which services tell people from programs that fill in forms."""


class DnsElsewhere(Settings):
    """Names that somebody else keeps: no record is made, and https needs an existing certificate."""

    kind: Literal["elsewhere"]
    """Always `elsewhere`."""


Dns = Annotated[Route53Zone | CloudflareZone | DnsElsewhere, Field(discriminator="kind")]
