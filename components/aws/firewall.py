"""The web application firewall: what looks at every request before a load balancer does."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

_WINDOW = 300  # seconds

# Amazon's rules for every web application. None of them replaces the application's own checks.
_MANAGED = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet")
# It refuses every body over 8 KiB, so every upload: it only counts them.
_COUNTED = {"AWSManagedRulesCommonRuleSet": ["SizeRestrictions_BODY"]}


class FirewallArgs(TypedDict):
    """What the firewall refuses beside what Amazon's rules know to be an attack."""

    rate_limit: int
    """Requests that one address may make in five minutes."""
    exempt_paths: list[str]
    """Paths, as a whole, that the limit does not count: other companies' servers call them."""
    address_header: NotRequired[str]
    """The header in which a proxy before the load balancer tells the client's address, as in CF-Connecting-IP. Without
    it the connection's own counts, which behind a proxy is the same for everybody. Who reaches the load balancer past
    the proxy may write into it what he likes."""


# The types below stand in quotes: the part of the SDK that they are in is large, and loaded only when it is used.


def put_firewall(name: str, args: FirewallArgs, balancer_arn: pulumi.Input[str], child: pulumi.ResourceOptions) -> None:
    """Every request passes the rate limit and Amazon's rules first, and each of them counts what it refuses."""
    wall = aws.wafv2.WebAcl(
        name,
        scope="REGIONAL",
        description=f"{name}: before the load balancer",
        default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
        # The limit first: it costs the least to ask, and a flood need not pass the others.
        rules=[_rate_limit(name, args), *(_managed(name, 1 + place, group) for place, group in enumerate(_MANAGED))],
        visibility_config=aws.wafv2.WebAclVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
        ),
        tags={"Name": name},
        opts=child,
    )
    aws.wafv2.WebAclAssociation(name, resource_arn=balancer_arn, web_acl_arn=wall.arn, opts=child)


def _seen(name: str, rule: str) -> "aws.wafv2.WebAclRuleVisibilityConfigArgs":
    return aws.wafv2.WebAclRuleVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name=f"{name}-{rule}", sampled_requests_enabled=True
    )


def _rate_limit(name: str, args: FirewallArgs) -> "aws.wafv2.WebAclRuleArgs":
    header = args.get("address_header")
    forwarded = aws.wafv2.WebAclRuleStatementRateBasedStatementForwardedIpConfigArgs
    return aws.wafv2.WebAclRuleArgs(
        name="rate-limit",
        priority=0,
        action=aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
                aggregate_key_type="FORWARDED_IP" if header else "IP",
                limit=args["rate_limit"],
                evaluation_window_sec=_WINDOW,
                # What is no address is refused: no proxy writes that.
                forwarded_ip_config=forwarded(header_name=header, fallback_behavior="MATCH") if header else None,
                scope_down_statement=_but(args["exempt_paths"]),
            )
        ),
        visibility_config=_seen(name, "rate-limit"),
    )


def _managed(name: str, priority: int, group: str) -> "aws.wafv2.WebAclRuleArgs":
    override = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs
    to_use = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs
    count = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs
    return aws.wafv2.WebAclRuleArgs(
        name=group,
        priority=priority,
        # The group's own actions stand.
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(
            none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()  # type: ignore[no-untyped-call]  # the SDK gives no types
        ),
        statement=aws.wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    override(name=rule, action_to_use=to_use(count=count())) for rule in _COUNTED.get(group, ())
                ],
            )
        ),
        visibility_config=_seen(name, group),
    )


def _but(paths: list[str]) -> "aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs | None":
    """Every request but those to these paths; nothing where there are none, which means every request."""
    statement = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs
    negation = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementNotStatementArgs
    either = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementOrStatementArgs
    exempt = [_is_path(path) for path in dict.fromkeys(paths)]
    if not exempt:
        return None
    # AWS takes no `or` of fewer than two.
    any_of = exempt[0] if len(exempt) == 1 else statement(or_statement=either(statements=exempt))
    return statement(not_statement=negation(statement=any_of))


def _is_path(path: str) -> "aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs":
    statement = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs
    match = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementArgs
    field = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementFieldToMatchArgs
    uri = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementFieldToMatchUriPathArgs
    change = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementTextTransformationArgs
    return statement(
        byte_match_statement=match(
            positional_constraint="EXACTLY",
            search_string=path,
            field_to_match=field(uri_path=uri()),  # type: ignore[no-untyped-call]
            text_transformations=[change(priority=0, type="NONE")],
        )
    )
