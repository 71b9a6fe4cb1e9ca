"""Rules about load balancers: what they speak, to whom, and what they keep."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from policies.aws.types import (
    BALANCERS,
    CLASSIC,
    CLASSIC_POLICIES,
    LISTENER_RULES,
    LISTENERS,
    TARGET_GROUPS,
)
from policies.facts import beyond_development, in_production
from policies.inputs import Field, demand, every, made, negated, some, verdict
from policies.rule import Rule
from policies.zones import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
_CLASSIC_WAF = "aws:wafregional/webAclAssociation:WebAclAssociation"
_MODERN = re.compile(r"ELBSecurityPolicy-(?:TLS13-1-[23]-|TLS-1-2-|FS-1-2-)")
_PLAIN, _ENCRYPTED = frozenset({"HTTP"}), frozenset({"HTTPS", "TLS"})
_APPLICATION = frozenset({"APPLICATION"})
_HTTP = frozenset({"HTTP", "HTTPS"})


def _application(balancer: Field) -> Answer:
    return balancer["loadBalancerType"].among(_APPLICATION, default="application")


def _plain_listener(listener: Field) -> Answer:
    """Whether a listener speaks plain HTTP: what an application load balancer does where nothing is said."""
    if listener["protocol"].absent and listener["port"].absent:
        return False  # a gateway load balancer's, which has neither
    return listener["protocol"].among(_PLAIN, default="HTTP")


def _redirects(actions: Field) -> Answer:
    """Whether all actions send the client to HTTPS. A redirect without a protocol keeps the one that it came by."""
    if actions.absent:
        return False
    return every(
        every((each["type"].among({"REDIRECT"}), each["redirect"]["protocol"].among({"HTTPS"})))
        for each in actions.items()
    )


def _judge_redirect(graph: Graph) -> Iterator[Verdict]:
    # In development there is no certificate yet, and no data of anybody.
    yield from beyond_development(graph, _plain(graph))


def _plain(graph: Graph) -> Iterator[Verdict]:
    wrong = "serves plain HTTP instead of sending clients to HTTPS"
    for listener in made(graph, *LISTENERS):
        actions = listener["defaultActions"]
        holds = some((negated(_plain_listener(listener)), _redirects(actions)))
        yield from demand(actions if listener["protocol"].given else listener["protocol"], holds, wrong)
    for rule in made(graph, *LISTENER_RULES):
        listener_of = graph.follow(rule.resource, "listenerArn", LISTENERS)
        if listener_of is not None and not listener_of.external:
            plain = _plain_listener(Field(listener_of, "", listener_of.inputs))
            holds = some((negated(plain), _redirects(rule["actions"])))
            yield from demand(rule["actions"], holds, wrong)
    for balancer in made(graph, *CLASSIC):
        for each in balancer["listeners"].items():
            yield from demand(each["lbProtocol"], negated(each["lbProtocol"].among(_PLAIN)), wrong)


def _modern(policy: Field) -> Answer:
    name = policy.text(default="ELBSecurityPolicy-2016-08")
    return None if name is None else bool(_MODERN.match(name))


def _judge_tls(graph: Graph) -> Iterator[Verdict]:
    wrong = "takes connections with TLS older than 1.2"
    for listener in made(graph, *LISTENERS):
        encrypted = listener["protocol"].among(_ENCRYPTED)
        holds = some((negated(encrypted), _modern(listener["sslPolicy"])))
        yield from demand(listener["sslPolicy"], holds, wrong)
    policies = _classic_policies(graph)
    for balancer in made(graph, *CLASSIC):
        for each in balancer["listeners"].items():
            encrypted = each["lbProtocol"].among({"HTTPS", "SSL"})
            holds = some((negated(encrypted), policies.get(balancer.resource.urn, policies.get("", False))))
            yield from demand(each["lbProtocol"], holds, wrong)


def _classic_policies(graph: Graph) -> dict[str, Answer]:
    """Whether each classic load balancer has a modern policy; under "" those of which it is not known whose."""
    found: defaultdict[str, list[Answer]] = defaultdict(list)
    for policy in made(graph, *CLASSIC_POLICIES):
        name = "loadBalancer" if policy["loadBalancer"].given else "loadBalancerName"
        balancer = graph.follow(policy.resource, name, CLASSIC)
        attributes = [each["value"] for each in (*policy["attributes"].items(), *policy["policyAttributes"].items())]
        modern = some(_modern(each) for each in attributes)
        found[balancer.urn if balancer else ""].append(modern if balancer else None)
    return {urn: some(answers) for urn, answers in found.items()}


def _judge_headers(graph: Graph) -> Iterator[Verdict]:
    for balancer in made(graph, *BALANCERS):
        drop = balancer["dropInvalidHeaderFields"]
        holds = some((negated(_application(balancer)), drop.flag(default=False)))
        yield from demand(drop, holds, "hands invalid headers to the application")


def _judge_logs(graph: Graph) -> Iterator[Verdict]:
    wrong = "keeps no log of its requests"
    for balancer in made(graph, *BALANCERS):
        gateway = balancer["loadBalancerType"].among({"GATEWAY"})
        enabled = balancer["accessLogs"]["enabled"]
        yield from demand(enabled, some((gateway, enabled.flag(default=False))), wrong)
    for balancer in made(graph, *CLASSIC):
        logs = balancer["accessLogs"]
        yield from demand(logs, every((logs.present, logs["enabled"].flag(default=True))), wrong)


def _judge_protection(graph: Graph) -> Iterator[Verdict]:
    for balancer in made(graph, *BALANCERS):
        protection = balancer["enableDeletionProtection"]
        wrong = "can be deleted by a slip, and its address with it"
        yield from in_production(graph, demand(protection, protection.flag(default=False), wrong))


def _judge_desync(graph: Graph) -> Iterator[Verdict]:
    for balancer in made(graph, *BALANCERS, *CLASSIC):
        mode = balancer["desyncMitigationMode"]
        yield from demand(
            mode, mode.among({"DEFENSIVE", "STRICTEST"}, default="defensive"), "lets smuggled requests by"
        )


def _judge_zones(graph: Graph) -> Iterator[Verdict]:
    # Two subnets are two zones: AWS refuses a load balancer with two subnets in one.
    for balancer in made(graph, *BALANCERS, *CLASSIC):
        places = [balancer[name] for name in ("subnets", "subnetMappings", "availabilityZones") if balancer[name].given]
        field = places[0] if places else balancer["subnets"]
        yield from demand(field, distinct(field), "stands in fewer than two availability zones")


def _judge_firewall(graph: Graph) -> Iterator[Verdict]:
    guarded: set[str] = set()
    unclear = False
    for association in made(graph, _ASSOCIATION, _CLASSIC_WAF):
        target = graph.follow(association.resource, "resourceArn", BALANCERS)
        guarded |= {target.urn} if target else set()
        unclear = unclear or target is None
    for balancer in made(graph, *BALANCERS):
        public = every((_application(balancer), negated(balancer["internal"].flag(default=False))))
        has = True if balancer.resource.urn in guarded else None if unclear else False
        because = "an association names what the plan does not hold" if unclear else "no aws.wafv2.WebAclAssociation"
        holds = some((negated(public), has))
        wrong = "takes requests from the internet without a web application firewall"
        yield from in_production(graph, verdict(balancer.resource, holds, wrong, because))


def _judge_health(graph: Graph) -> Iterator[Verdict]:
    for group in made(graph, *TARGET_GROUPS):
        check = group["healthCheck"]
        function = group["targetType"].among({"LAMBDA"})
        http = group["protocol"].among(_HTTP)
        asked = some((negated(http), check["path"].present))
        holds = some((function, every((check["enabled"].flag(default=True), asked))))
        field = check["path"] if check["enabled"].absent else check["enabled"]
        yield from demand(field, holds, "does not ask its targets on a path of their own whether they are well")


RULES = (
    Rule(
        id="load-balancer-redirects-to-https",
        title="Plain HTTP only sends clients to HTTPS",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ELB.1", "FSBP ELB.18", "CKV_AWS_2"),
        rationale=(
            "What travels by HTTP can be read and changed by everybody on the way: passwords, cookies, the pages "
            "themselves. A stack that declares itself as development may do without a certificate."
        ),
        remedy=(
            "Give the HTTPS listener a certificate, and the HTTP listener and its rules the one action "
            'type="redirect" with redirect.protocol="HTTPS". A classic load balancer cannot: take an application one.'
        ),
        judge=_judge_redirect,
    ),
    Rule(
        id="load-balancer-tls-1-2",
        title="Load balancers take TLS 1.2 or later only",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ELB.17", "CKV_AWS_103"),
        rationale=(
            "TLS 1.0 and 1.1 have known weaknesses, and the policy that AWS takes where none is named allows them."
        ),
        remedy='Set ssl_policy to "ELBSecurityPolicy-TLS13-1-2-2021-06" or a later one that begins with TLS13-1-2.',
        judge=_judge_tls,
    ),
    Rule(
        id="load-balancer-drops-invalid-headers",
        title="Load balancers drop invalid headers",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ELB.4", "CKV_AWS_131"),
        rationale="Malformed headers smuggle requests past one server to the next, which reads them otherwise.",
        remedy="Set drop_invalid_header_fields=True.",
        judge=_judge_headers,
    ),
    Rule(
        id="load-balancer-access-logs",
        title="Load balancers log their requests",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ELB.5", "CKV_AWS_91", "CKV_AWS_92"),
        rationale="After an attack or an outage the log is what tells who asked for what, and what was answered.",
        remedy="Set access_logs with enabled=True and a bucket.",
        judge=_judge_logs,
    ),
    Rule(
        id="load-balancer-deletion-protection",
        title="Load balancers of production cannot be deleted by a slip",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ELB.6", "CKV_AWS_150"),
        rationale="A deleted load balancer takes its address along: names must be changed before anything works.",
        remedy="Set enable_deletion_protection=True in production.",
        judge=_judge_protection,
    ),
    Rule(
        id="load-balancer-desync-defence",
        title="Load balancers defend against request smuggling",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ELB.12", "FSBP ELB.14", "CKV_AWS_328"),
        rationale="In the mode `monitor` requests that servers read in two ways are counted and let through.",
        remedy='Leave desync_mitigation_mode at "defensive" or set "strictest".',
        judge=_judge_desync,
    ),
    Rule(
        id="load-balancer-in-two-zones",
        title="Load balancers stand in two availability zones",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ELB.10", "FSBP ELB.13"),
        rationale="A load balancer in one zone goes with that zone, and everything behind it, wherever that stands.",
        remedy="Give it subnets in at least two availability zones.",
        judge=_judge_zones,
    ),
    Rule(
        id="load-balancer-behind-firewall",
        title="Public load balancers of production have a web application firewall",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ELB.16", "CKV2_AWS_28"),
        rationale="Scanners try every address for known holes; a firewall turns most of that away and limits the rate.",
        remedy="Make an aws.wafv2.WebAcl and associate it with the load balancer (aws.wafv2.WebAclAssociation).",
        judge=_judge_firewall,
    ),
    Rule(
        id="target-group-health-check",
        title="Target groups ask their targets whether they are well",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("CKV_AWS_261",),
        rationale=(
            "Without a check on a path of the application, a target that answers nothing but errors keeps its traffic."
        ),
        remedy="Set health_check with a path that the application answers only when it can work.",
        judge=_judge_health,
    ),
)
