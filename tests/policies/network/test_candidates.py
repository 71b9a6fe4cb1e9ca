"""The table looks at pairs that can reach each other, not at each with each."""

from __future__ import annotations

from policies.network.candidates import Candidates
from policies.network.model import network_of
from policies.network.reach import reach
from tests.policies.network.estate import GROUP, Estate, estate

FLEETS = 40


def with_fleets() -> Estate:
    """The estate with many services behind its load balancer, each in a group of its own, as real ones are."""
    made = estate()
    for number in range(FLEETS):
        name = f"more-{number}"
        made.add(GROUP, f"{name}-sg", vpcId="→ vpc", description=name)
        made.rule(f"{name}-in", f"{name}-sg", referencedSecurityGroupId="→ lb-sg", port=3000)
        made.out(f"{name}-out", f"{name}-sg", cidrIpv4="0.0.0.0/0", port=443)
        made.out(f"lb-to-{name}", "lb-sg", referencedSecurityGroupId=f"→ {name}-sg", port=3000)
        made.add(
            "aws:ecs/service:Service",
            name,
            networkConfiguration={"subnets": ["→ compute-a", "→ compute-b"], "securityGroups": [f"→ {name}-sg"]},
        )
    return made


def test_only_pairs_that_a_rule_lets_through_are_looked_at() -> None:
    network = network_of(with_fleets().graph())
    pairs = [(source.name, destination.name) for source, destination in Candidates(network, network.zones).all()]
    inside = [each for each in reach(network).connections if each.source.urn and each.destination.urn]
    assert len(pairs) == len(set(pairs))
    assert {(each.source.name, each.destination.name) for each in inside} <= set(pairs)
    assert len(pairs) <= len(inside) + 5, "of some two thousand"


def test_the_table_says_when_it_is_not_all() -> None:
    network = network_of(with_fleets().graph())
    assert reach(network).complete
    few = reach(network, most=3)
    assert not few.complete
    assert set(few.connections) < set(reach(network).connections)
