"""How Cloudflare answers for a whole zone: its settings, and the rules that each request passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.expressions import in_sets, outside_paths
from components.cloudflare.sdk import cloudflare

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.edge_args import CloudflareEdgeArgs, CloudflareRateLimitArgs

_YEAR = 31_536_000  # seconds that a browser keeps to HTTPS
# What a release has under new names, so that a browser may keep it: pictures are not among them, they may be uploads.
_BUILT = ("css", "js", "mjs", "map", "woff", "woff2")
_SWITCHES = {"always_use_https": "on", "brotli": "on", "http3": "on", "tls_1_3": "on"}
# The ids by which an account may execute Cloudflare's own rulesets: developers.cloudflare.com/waf/managed-rules.
_MANAGED = {
    "free": "77454fe2d30c4220b5701f6fdfb893ba",
    "managed": "efb7b8c949ac4650a09736fc376e9aee",
    "owasp": "4814384a9e5d4991b9815dcfc25d2f1f",
}
_HEALTH_SECONDS = 60


def answer(name: str, zone_id: pulumi.Input[str], args: CloudflareEdgeArgs, child: pulumi.ResourceOptions) -> None:
    """Everything that holds for the whole zone, below the component of that name."""
    _settings(name, zone_id, child)
    _ruleset(name, zone_id, "firewall", "http_request_firewall_managed", _firewall(args["managed_rules"]), child)
    _ruleset(name, zone_id, "rate-limit", "http_ratelimit", [_rate_limit(args["rate_limit"])], child)
    cached = [_cache(args["browser_cache"], args["cached_folders"])]
    _ruleset(name, zone_id, "cache", "http_request_cache_settings", cached, child)
    redirects = args.get("redirects", {})
    if redirects:
        _ruleset(name, zone_id, "redirects", "http_request_dynamic_redirect", _redirects(redirects), child)
    for host, path in args.get("health_paths", {}).items():
        _health_check(f"{name}-health-{host}", zone_id, host, path, child)


def _settings(name: str, zone_id: pulumi.Input[str], child: pulumi.ResourceOptions) -> None:
    """Strict encryption to the origin, nothing older than TLS 1.2, HTTPS for a year, and what makes pages faster."""
    # Subdomains answer for themselves: some may be elsewhere, and without a certificate.
    strict = {"enabled": True, "max_age": _YEAR, "include_subdomains": False, "preload": False, "nosniff": True}
    values: Mapping[str, object] = {
        "ssl": "strict",
        "min_tls_version": "1.2",
        "security_header": {"strict_transport_security": strict},
        **_SWITCHES,
    }
    for setting, value in values.items():
        role = setting.replace("_", "-")
        cloudflare.ZoneSetting(f"{name}-setting-{role}", zone_id=zone_id, setting_id=setting, value=value, opts=child)


def _ruleset(  # noqa: PLR0913, PLR0917 - what makes one, and where it belongs
    name: str,
    zone_id: pulumi.Input[str],
    role: str,
    phase: str,
    rules: list[cloudflare.RulesetRuleArgs],
    child: pulumi.ResourceOptions,
) -> None:
    """The rules of a phase. A zone has one such ruleset for each phase."""
    cloudflare.Ruleset(
        f"{name}-{role}", zone_id=zone_id, kind="zone", name=f"{name}-{role}", phase=phase, rules=rules, opts=child
    )


def _firewall(rulesets: list[str]) -> list[cloudflare.RulesetRuleArgs]:
    return [
        cloudflare.RulesetRuleArgs(
            ref=f"firewall_{each}",
            action="execute",
            expression="true",
            action_parameters=cloudflare.RulesetRuleActionParametersArgs(id=_MANAGED[each]),
            description=f"Known attacks ({each})",
        )
        for each in rulesets
    ]


def _rate_limit(args: CloudflareRateLimitArgs) -> cloudflare.RulesetRuleArgs:
    return cloudflare.RulesetRuleArgs(
        ref="rate_limit",
        action="block",
        # By path alone: the plan free compares nothing else here.
        expression=outside_paths(args["exempt_paths"], args["exempt_folders"]),
        ratelimit=cloudflare.RulesetRuleRatelimitArgs(
            characteristics=["cf.colo.id", "ip.src"],
            period=args["period"],
            requests_per_period=args["requests"],
            mitigation_timeout=args["period"],
        ),
        description="Requests of one address",
    )


def _cache(seconds: int, folders: list[str]) -> cloudflare.RulesetRuleArgs:
    return cloudflare.RulesetRuleArgs(
        ref="built_files",
        action="set_cache_settings",
        expression=in_sets(_BUILT, folders),
        action_parameters=cloudflare.RulesetRuleActionParametersArgs(
            cache=True,
            edge_ttl=cloudflare.RulesetRuleActionParametersEdgeTtlArgs(mode="respect_origin"),
            browser_ttl=cloudflare.RulesetRuleActionParametersBrowserTtlArgs(mode="override_origin", default=seconds),
        ),
        description="Files of a release",
    )


def _redirects(redirects: Mapping[str, str]) -> list[cloudflare.RulesetRuleArgs]:
    return [
        cloudflare.RulesetRuleArgs(
            ref="redirect_" + source.replace(".", "_").replace("-", "_"),
            action="redirect",
            expression=f'http.host eq "{source}"',
            action_parameters=cloudflare.RulesetRuleActionParametersArgs(
                from_value=cloudflare.RulesetRuleActionParametersFromValueArgs(
                    status_code=301,
                    preserve_query_string=True,
                    target_url=cloudflare.RulesetRuleActionParametersFromValueTargetUrlArgs(
                        expression=f'concat("https://{target}", http.request.uri.path)'
                    ),
                )
            ),
            description=f"{source} leads to {target}",
        )
        for source, target in redirects.items()
    ]


def _health_check(
    logical: str, zone_id: pulumi.Input[str], host: str, path: str, child: pulumi.ResourceOptions
) -> None:
    cloudflare.Healthcheck(
        logical,
        zone_id=zone_id,
        name=logical.replace(".", "-"),
        address=host,
        type="HTTPS",
        interval=_HEALTH_SECONDS,
        timeout=5,
        retries=2,
        http_config=cloudflare.HealthcheckHttpConfigArgs(method="GET", path=path, port=443, expected_codes=["200"]),
        opts=child,
    )
