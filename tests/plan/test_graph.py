from __future__ import annotations

from plan.graph import Graph
from plan.model import Plan, Reference, Resource, Secret, Unknown, Value

GROUP, CLUSTER, TOPIC = "aws:x:Group", "aws:x:Cluster", "aws:x:Topic"


def resource(kind: str, name: str, parent: str = "", **inputs: Value) -> Resource:
    return Resource(urn=f"urn:{kind}::{name}", type=kind, name=name, custom=True, parent=parent, inputs=inputs)


def waiting(name: str, value: Value, **waits: tuple[str, ...]) -> Resource:
    return Resource(
        urn=f"urn:{CLUSTER}::{name}",
        type=CLUSTER,
        name=name,
        custom=True,
        parent="",
        inputs={"group": value},
        property_dependencies=waits,
    )


def graph(*resources: Resource) -> Graph:
    return Graph(Plan("shop", "dev", resources))


def whole(target: Resource) -> Unknown:
    reference = Reference(target.urn, "id")
    return Unknown((reference,), str(reference), (target.urn,))


ONE, TWO, ELSE = resource(GROUP, "one"), resource(GROUP, "two"), resource(TOPIC, "else")


def test_a_resource_is_found_by_its_urn_and_a_stranger_is_none() -> None:
    assert graph(ONE, TWO).get(TWO.urn) is TWO
    assert graph(ONE).get("urn:of::nobody") is None


def test_resources_of_a_type_come_in_the_order_of_the_plan() -> None:
    assert graph(TWO, ELSE, ONE).of_type(GROUP) == (TWO, ONE)
    assert graph(ONE).of_type(CLUSTER) == ()


def test_children_are_those_that_name_the_parent() -> None:
    child = resource(TOPIC, "child", parent=ONE.urn)
    assert graph(ONE, child, TWO).children(ONE.urn) == (child,)
    assert graph(ONE, child).children(child.urn) == ()


def test_the_stack_has_a_urn_even_where_it_is_not_in_the_plan() -> None:
    assert graph().stack_urn == "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


def test_a_whole_reference_leads_to_its_resource() -> None:
    part = waiting("part", whole(TWO))
    assert graph(ONE, TWO, part).follow(part, "group", (GROUP,)) is TWO


def test_a_whole_reference_to_another_type_leads_nowhere_whatever_else_the_input_waits_for() -> None:
    part = waiting("part", whole(ELSE), group=(ELSE.urn, ONE.urn))
    assert graph(ONE, ELSE, part).follow(part, "group", (GROUP,)) is None


def test_an_opaque_leaf_leads_to_the_only_resource_of_the_type_that_it_waits_for() -> None:
    part = waiting("part", Unknown(dependencies=(ELSE.urn, ONE.urn)))
    assert graph(ONE, TWO, ELSE, part).follow(part, "group", (GROUP,)) is ONE


def test_a_known_or_secret_leaf_is_followed_by_what_the_engine_recorded_for_it() -> None:
    for value in ("one-1a2b", Secret()):
        part = waiting("part", value, group=(ONE.urn,))
        assert graph(ONE, TWO, part).follow(part, "group", (GROUP,)) is ONE


def test_a_list_or_a_map_is_not_followed_since_its_parts_cannot_be_told_apart() -> None:
    values: list[Value] = [[whole(ONE), "two-9f8e"], {"a": whole(ONE)}, (whole(ONE),)]
    for value in values:
        part = waiting("part", value, group=(ONE.urn,))
        assert graph(ONE, TWO, part).follow(part, "group", (GROUP,)) is None


def test_two_candidates_are_none() -> None:
    part = waiting("part", Unknown(dependencies=(TWO.urn,)), group=(ONE.urn,))
    assert graph(ONE, TWO, part).follow(part, "group", (GROUP,)) is None


def test_the_same_candidate_twice_is_one() -> None:
    part = waiting("part", Unknown(dependencies=(ONE.urn,)), group=(ONE.urn,))
    assert graph(ONE, part).follow(part, "group", (GROUP,)) is ONE


def test_what_is_not_in_the_plan_is_no_candidate() -> None:
    part = waiting("part", Unknown(dependencies=("urn:of::nobody", ONE.urn)))
    assert graph(ONE, part).follow(part, "group", (GROUP,)) is ONE
    assert graph(part).follow(part, "group", (GROUP,)) is None


def test_another_input_s_references_do_not_count() -> None:
    part = waiting("part", "literal", other=(ONE.urn,))
    assert graph(ONE, part).follow(part, "group", (GROUP,)) is None
