"""What a component is told of how Cloudflare answers for a whole zone."""

from typing import NotRequired, TypedDict


class CloudflareRateLimitArgs(TypedDict):
    """How much one address may send."""

    requests: int
    """Requests within the period."""
    period: int
    """Seconds over which they are counted, and for which who sends more is refused."""
    exempt_paths: list[str]
    """Paths that are not counted, each as a whole."""
    exempt_folders: list[str]
    """What the paths that are not counted begin with."""


class CloudflareEdgeArgs(TypedDict):
    """How Cloudflare answers for the whole zone."""

    managed_rules: list[str]
    """The managed rulesets that look at each request, in order: free, managed, owasp."""
    rate_limit: CloudflareRateLimitArgs
    """How much one address may send."""
    browser_cache: int
    """Seconds that browsers keep scripts, styles, fonts and what lies in `cached_folders`."""
    cached_folders: list[str]
    """What the paths of files that never change within a release begin with."""
    redirects: NotRequired[dict[str, str]]
    """Hosts that only lead to another one, and that one."""
    health_paths: NotRequired[dict[str, str]]
    """By host, the path that Cloudflare asks once a minute."""
