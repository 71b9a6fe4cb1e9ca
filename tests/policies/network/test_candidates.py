"""The table looks at pairs that can reach each other, not at each with each."""

from __future__ import annotations

from policies.network.candidates import Candidates
from policies.network.model import network_of
from policies.network.reach import reach
from tests.policies.network.estate import ASSOCIATION, GROUP, INSTANCE, ROUTE, SUBNET, TABLE, Estate, estate

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


PAIRS = [("app", "cache"), ("app", "lb"), ("app", "db"), ("lb", "app")]


def pairs(made: Estate) -> list[tuple[str, str]]:
    """The names of all pairs that are worth a look."""
    network = network_of(made.graph())
    return [(source.name, destination.name) for source, destination in Candidates(network, network.zones).all()]


def with_a_job_elsewhere(block: str) -> Estate:
    """The estate, and a machine of another network whose addresses the application may let in."""
    made = estate().add("aws:ec2/vpc:Vpc", "far", cidrBlock="10.9.0.0/16")
    made.add(SUBNET, "far-a", vpcId="→ far", cidrBlock="10.9.0.0/24").add(TABLE, "far-table", vpcId="→ far")
    made.add(ASSOCIATION, "far-of", subnetId="→ far-a", routeTableId="→ far-table")
    made.add(GROUP, "far-sg", vpcId="→ far", description="far")
    made.out("far-out", "far-sg", cidrIpv4="10.0.0.0/8", port=3000).rule("in", "app-sg", cidrIpv4=block, port=3000)
    return made.add(INSTANCE, "job", subnetId="→ far-a", vpcSecurityGroupIds=["→ far-sg"])


def peered(made: Estate) -> Estate:
    """The same with a way between the two networks."""
    made.add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "way", vpcId="→ vpc", peerVpcId="→ far")
    for table, block in ("compute-table", "10.9.0.0/16"), ("far-table", "10.0.0.0/16"):
        name = f"{table}-to-way"
        made.add(ROUTE, name, routeTableId=f"→ {table}", destinationCidrBlock=block, vpcPeeringConnectionId="→ way")
    return made


def test_pairs_are_told_once_by_destination_and_in_order() -> None:
    assert pairs(estate()) == PAIRS


def test_a_group_that_is_let_in_where_it_does_not_go_makes_no_pair() -> None:
    assert pairs(estate().rule("x", "db-sg", referencedSecurityGroupId="→ lb-sg", port=9000)) == PAIRS


def test_networks_make_pairs_only_where_a_way_joins_them_and_the_addresses_fit() -> None:
    assert pairs(with_a_job_elsewhere("10.9.0.0/24")) == PAIRS
    assert pairs(peered(with_a_job_elsewhere("10.9.0.0/24"))) == [*PAIRS, ("job", "app")]
    assert pairs(peered(with_a_job_elsewhere("10.8.0.0/24"))) == PAIRS
