"""A size asked of a provider becomes the cheapest of its plans that has it, and never less."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.server_plans import PRICE_LISTS, ServerProvider, ServerSize, cheapest, has, offer, plan_named

PROVIDERS: tuple[ServerProvider, ...] = get_args(ServerProvider)
each_provider = pytest.mark.parametrize("provider", PROVIDERS)
sizes = st.builds(
    ServerSize,
    cores=st.integers(1, 20),
    memory=st.one_of(st.integers(1, 40).map(float), st.just(0.5)),
    disk=st.integers(1, 700),
    dedicated=st.booleans(),
    architecture=st.sampled_from(["amd64", "arm64"]),
)
any_provider = st.sampled_from(PROVIDERS)


@given(any_provider, sizes)
def test_a_plan_never_has_less_than_asked_and_no_cheaper_one_has_it(provider: ServerProvider, size: ServerSize) -> None:
    plan = cheapest(provider, size)
    fitting = [each for each in PRICE_LISTS[provider].plans if each.orderable and has(each, size)]
    if plan is None:
        assert fitting == []
        return
    assert plan.cores >= size.cores
    assert plan.memory >= size.memory
    assert plan.disk is None or plan.disk >= size.disk
    assert plan.architecture == size.architecture
    assert plan.dedicated or not size.dedicated
    assert plan.price == min(each.price for each in fitting)


@given(any_provider, sizes, st.integers(0, 8), st.integers(0, 16), st.integers(0, 200))
def test_who_asks_for_more_never_pays_less(
    provider: ServerProvider, size: ServerSize, cores: int, memory: int, disk: int
) -> None:
    more = replace(size, cores=size.cores + cores, memory=size.memory + memory, disk=size.disk + disk)
    small, large = cheapest(provider, size), cheapest(provider, more)
    assert large is None or (small is not None and small.price <= large.price)


@pytest.mark.parametrize(
    ("provider", "size", "slug"),
    [
        ("digitalocean", ServerSize(1, 2, 25), "s-1vcpu-2gb"),
        ("digitalocean", ServerSize(2, 2, 25), "s-2vcpu-2gb"),
        ("digitalocean", ServerSize(1, 1, 40), "s-1vcpu-2gb"),  # for its disk
        ("hetzner", ServerSize(2, 4, 40), "cpx22"),  # cx23 costs less, and nobody gets it
        ("hetzner", ServerSize(1, 2, 20, dedicated=True), "ccx13"),
        ("linode", ServerSize(2, 4, 80), "g6-standard-2"),
        ("linode", ServerSize(6, 8, 80), "g6-standard-6"),
        ("aws", ServerSize(1, 2, 500), "t3.small"),
        ("aws", ServerSize(2, 4, 20, architecture="arm64"), "t4g.medium"),
    ],
)
def test_a_size_is_the_plan_that_a_reader_of_the_list_would_take(
    provider: ServerProvider, size: ServerSize, slug: str
) -> None:
    plan = cheapest(provider, size)
    assert plan is not None
    assert plan.slug == slug


def test_what_no_plan_has_is_answered_with_the_largest_ones() -> None:
    size = ServerSize(16, 16, 25)
    assert cheapest("digitalocean", size) is None
    assert offer("digitalocean", size) == "s-8vcpu-32gb-amd has 8 cores, 32 GiB and 400 GiB of disk"
    assert cheapest("aws", ServerSize(9, 1, 8)) is None
    assert offer("aws", ServerSize(9, 1, 8)) == "t3.2xlarge has 8 cores, 32 GiB and a disk of any size"


def test_where_there_is_nothing_of_the_kind_that_is_said() -> None:
    size = ServerSize(1, 1, 10, architecture="arm64")
    assert cheapest("hetzner", size) is None
    assert offer("hetzner", size) == "no plan with processors of arm64 could be ordered on 2026-09-03"
    assert offer("aws", ServerSize(1, 1, 10, dedicated=True)) == (
        "no plan with processors of amd64 of its own could be ordered on 2026-10-02"
    )


@each_provider
def test_no_list_names_a_plan_twice_or_sells_one_for_nothing(provider: ServerProvider) -> None:
    plans = PRICE_LISTS[provider].plans
    assert len({plan.slug for plan in plans}) == len(plans)
    assert [plan.slug for plan in plans if plan.price <= 0 or plan.cores < 1 or plan.memory <= 0] == []


@each_provider
def test_a_plan_is_known_by_its_name_also_where_it_cannot_be_ordered(provider: ServerProvider) -> None:
    for plan in PRICE_LISTS[provider].plans:
        assert plan_named(provider, plan.slug) == plan
    assert plan_named(provider, "m1.small") is None
