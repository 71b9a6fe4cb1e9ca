"""Which records of a zone are of hosts that browsers ask for, and that stand behind nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Unknown

if TYPE_CHECKING:
    from plan.model import Value
    from policies.inputs import Answer, Field

_HOSTS = frozenset({"A", "AAAA", "CNAME"})
# Names in front of a domain that no browser asks for, and what such records point at: mail, and proofs of ownership.
_NOT_WEB = (
    "_",
    "mail.",
    "smtp.",
    "imap.",
    "pop.",
    "mx.",
    "autodiscover.",
    "autoconfig.",
    "ns1.",
    "ns2.",
    "em.",
    "ssh.",
)
_FRONTS = frozenset({"dnsName", "domainName", "websiteDomain", "websiteEndpoint", "subdomain"})
_NOT_WEB_TARGETS = ("acm-validations.aws.", "dkim.amazonses.com", "sendgrid.net", "mailgun.org", "dcv.cloudflare.com")
# Names that clouds give to machines, load balancers and buckets: written out, one may be the application's own.
_OF_CLOUDS = (
    ".amazonaws.com",
    ".cloudapp.azure.com",
    ".googleusercontent.com",
    ".linodeusercontent.com",
    ".members.linode.com",
    ".nodebalancer.linode.com",
    ".vultrusercontent.com",
    ".your-server.de",
)


def is_web(record: Field, zone: str) -> Answer:
    """Whether a record is of a host of the application that browsers ask for. `zone` is its domain, empty if unknown.

    A name that leads to a host of somebody else (a service for pages, for documents) gives no origin away.
    """
    kind = record["type"].among(_HOSTS)
    content = record["content" if record["content"].given else "value"]
    name, target = record["name"].text(), content.text()
    if kind is False or any(each in (target or "") for each in _NOT_WEB_TARGETS):
        return False
    if name is not None and (name.lower().startswith(_NOT_WEB) or "_domainkey" in name):
        return False
    elsewhere = _is_elsewhere(target.lower().rstrip("."), name or "", zone) if target else False
    if elsewhere is not False and record["type"].among({"CNAME"}):
        return False if elsewhere else None
    # Only a name can lead to what no browser asks for; an address that is not known is an address.
    named_target = record["type"].among({"CNAME"}) is not False and target is None and not _is_front(content.value)
    return None if name is None or kind is None or named_target else True


def _is_elsewhere(target: str, name: str, zone: str) -> Answer:
    """Whether a host is neither of the zone nor what a cloud calls a machine of its customers."""
    domain = zone or ".".join(name.lower().rstrip(".").split(".")[-2:])
    if "." not in target or f".{target}".endswith(_OF_CLOUDS):
        return False
    return not f".{target}".endswith(f".{domain}") if "." in domain else None


def _is_front(value: Value) -> bool:
    """Whether this is the address of a load balancer, a distribution or a site of the plan."""
    return isinstance(value, Unknown) and value.target is not None and value.target.property in _FRONTS
