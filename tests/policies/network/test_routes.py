"""Route tables: which a subnet has, what is in it, and what of it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown, Value
from policies.network.model import network_of
from tests.policies.network.estate import ASSOCIATION, ROUTE, SUBNET, TABLE, estate

if TYPE_CHECKING:
    from policies.network.routes import Table
    from tests.policies.network.estate import Estate

DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
MAIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"


def table(made: Estate, subnet: str) -> Table:
    network = network_of(made.graph())
    (found,) = {each.resource.urn: each for zone in network.zones for each in zone.subnets
                if each.resource.name == subnet}.values()  # fmt: skip
    return network.table(found)


def routes(found: Table) -> list[tuple[str, str, str | None]]:
    return [(each.text, each.way, each.via.name if each.via is not None else None) for each in found.routes]


OFFICE: Value = {"cidrBlock": "192.168.0.0/16", "gatewayId": "vgw-0123456789abcdef0"}
TO_OFFICE = ("192.168.0.0/16 to other networks", "network", None)
NOT_KNOWN = ("routes that are not known", "unknown", None)
TOLD = ("routes that a gateway tells of", "network", None)


def test_a_table_has_its_own_routes_and_those_that_stand_alone() -> None:
    found = table(estate().set("compute-table", routes=[OFFICE]), "compute-a")
    assert (found.name, found.lost) == ("compute-table", ())
    assert routes(found) == [TO_OFFICE, ("0.0.0.0/0 to nat", "nat", "nat")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(Unknown(), [NOT_KNOWN]), ([OFFICE, Unknown()], [NOT_KNOWN, TO_OFFICE])],
    ids=["all", "one"],
)
def test_routes_that_are_not_known_may_lead_anywhere(given: Value, expected: list[tuple[str, str, None]]) -> None:
    found = table(estate().set("data-table", routes=given), "data-a")
    assert routes(found) == expected
    assert [(each.declared.name, each.blocks) for each in found.routes if each.text == NOT_KNOWN[0]] == [
        ("data-table", None)
    ]


def test_what_a_gateway_tells_a_table_of_is_a_way_to_other_networks() -> None:
    found = table(estate().set("data-table", routes=[OFFICE], propagatingVgws=["vgw-1", "vgw-2"]), "data-a")
    assert routes(found) == [TO_OFFICE, TOLD, TOLD]
    assert {each.declared.name for each in found.routes} == {"data-table"}


def test_a_subnet_of_two_associations_has_the_routes_of_both_tables() -> None:
    made = estate().add(ASSOCIATION, "again", subnetId="→ data-a", routeTableId="→ compute-table")
    found = table(made, "data-a")
    assert found.name in ("data-table, compute-table", "compute-table, data-table")
    assert ("0.0.0.0/0 to nat", "nat", "nat") in routes(found)


def test_a_table_that_is_not_in_the_plan_is_told_as_that() -> None:
    unknown = table(estate().set("data-a-of", routeTableId=Unknown()), "data-a")
    assert (unknown.routes, unknown.lost) == ((), ("the route table is only known after deployment",))
    there = table(estate().read("data-table"), "data-a")
    assert "the route table data-table was there before" in there.lost


def test_a_subnet_without_an_association_has_the_main_table_of_its_network() -> None:
    made = estate().drop("data-a-of")
    assert table(made, "data-a").name == "the main table of vpc"
    assert table(made, "data-a").lost == ()
    made.add(MAIN, "main", vpcId="→ vpc", routeTableId="→ compute-table")
    assert table(made, "data-a").name == "compute-table"


def test_the_routes_of_an_adopted_table_are_those_of_its_network() -> None:
    made = estate().drop("data-a-of")
    made.add(DEFAULT_TABLE, "adopted", defaultRouteTableId="→ vpc.defaultRouteTableId", routes=[OFFICE])
    assert routes(table(made, "data-a")) == [TO_OFFICE]
    made.add(ROUTE, "x", routeTableId="→ adopted", destinationCidrBlock="10.9.0.0/16", transitGatewayId="tgw-1")
    assert routes(table(made, "data-a"))[1:] == [("10.9.0.0/16 to other networks", "network", None)]
    made.set("adopted", defaultRouteTableId="rtb-0123456789abcdef0")
    assert routes(table(made, "data-a")) == []


def test_a_subnet_of_a_network_that_is_not_known_has_no_table_that_is() -> None:
    made = estate().add(SUBNET, "x", vpcId=Unknown(), cidrBlock="10.0.9.0/24").drop("data-a-of")
    made.set("cache-subnets", subnetIds=["→ x"])
    found = table(made, "x")
    assert (found.name, found.routes) == ("x", ())
    assert found.lost == ("the network of the subnet x is only known after deployment",)


def test_a_table_of_its_own_goes_before_the_main_one() -> None:
    made = estate().add(TABLE, "other", vpcId="→ vpc", routes=[OFFICE])
    made.add(MAIN, "main", vpcId="→ vpc", routeTableId="→ other")
    assert table(made, "compute-a").name == "compute-table"
