"""Look-ups offline: answered from data, or unknown with a notice, or an error that shows the answer's form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from tests.record.conftest import Recorder

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_a_look_up_as_output_without_answer_is_unknown_with_a_notice(recorded: Recorder) -> None:
    plan = recorded("""
        zones = aws.get_availability_zones_output(state="available")
        aws.s3.Bucket("bucket", tags={"first": zones.names[0]})
    """)

    assert plan["by_name"]["bucket"]["inputs"]["tags"]["first"] == UNKNOWN
    assert [notice["subject"] for notice in plan["notices"]] == [ZONES]


def test_a_look_up_that_the_program_needs_at_once_stops_it_and_shows_the_answer_to_copy(recorded: Recorder) -> None:
    with pytest.raises(ProgramError) as caught:
        recorded('aws.get_availability_zones(state="available").names[0]')

    message = str(caught.value)
    assert ZONES in message
    shown = json.JSONDecoder().raw_decode(message[message.index("{") :])[0]
    assert shown == {"invokes": [{"token": ZONES, "args": {"state": "available"}, "result": {}}]}


def test_the_answer_that_an_error_shows_works_once_it_is_filled_in(recorded: Recorder) -> None:
    plan = recorded(
        'pulumi.export("zone", aws.get_availability_zones(state="available").names[0])',
        answers={"invokes": [{"token": ZONES, "args": {"state": "available"}, "result": {"names": ["here"]}}]},
    )

    assert plan["outputs"] == {"zone": "here"}


def test_the_first_answer_whose_arguments_fit_is_taken(recorded: Recorder) -> None:
    plan = recorded(
        """
        for state in ("available", "impaired", "none"):
            pulumi.export(state, aws.get_availability_zones_output(state=state).names)
        """,
        answers={
            "invokes": [
                {"token": ZONES, "args": {"state": "available"}, "result": {"names": ["a"]}},
                {"token": ZONES, "args": {"state": "impaired"}, "result": {"names": ["b"]}},
            ]
        },
    )

    assert plan["outputs"] == {"available": ["a"], "impaired": ["b"], "none": UNKNOWN}


def test_a_program_that_swallows_the_error_of_a_look_up_goes_on(recorded: Recorder) -> None:
    plan = recorded("""
        try:
            zones = aws.get_availability_zones().names
        except Exception:
            zones = ["fallback"]
        pulumi.export("zones", zones)
    """)

    assert plan["outputs"] == {"zones": ["fallback"]}


def test_a_resource_that_is_only_read_is_marked_and_unknown_with_a_notice(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc.get("shared", "vpc-1")
        aws.ec2.Subnet("subnet", vpc_id="vpc-1", cidr_block=vpc.cidr_block)
    """)

    shared = plan["by_name"]["shared"]
    assert (shared["external"], shared["id"], shared["outputs"]) == (True, "vpc-1", {})
    assert plan["by_name"]["subnet"]["inputs"]["cidrBlock"] == UNKNOWN
    assert plan["by_name"]["subnet"]["unknowns"]["cidrBlock"]["references"] == [
        {"urn": shared["urn"], "property": "cidrBlock"}
    ]
    assert [notice["kind"] for notice in plan["notices"]] == ["read"]


def test_outputs_of_an_unknown_stack_are_unknown_with_a_notice(recorded: Recorder) -> None:
    plan = recorded("""
        network = pulumi.StackReference("organization/network/dev")
        pulumi.export("vpc", network.get_output("vpcId"))
        pulumi.export("required", network.require_output("vpcId"))
    """)

    assert plan["outputs"] == {"vpc": UNKNOWN, "required": UNKNOWN}
    assert [notice["subject"] for notice in plan["notices"]] == ["organization/network/dev"]


def test_a_secret_output_of_another_stack_stays_secret(recorded: Recorder) -> None:
    plan = recorded(
        'pulumi.export("token", pulumi.StackReference("organization/network/dev").get_output("token"))',
        answers={
            "stackReferences": {
                "organization/network/dev": {"outputs": {"token": "hush-hush"}, "secretOutputNames": ["token"]}
            }
        },
    )

    assert plan["outputs"] == {"token": "[secret]"}
    assert "hush-hush" not in json.dumps(plan)


def test_a_method_of_a_resource_is_unknown_without_an_answer(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        pulumi.export("called", pulumi.runtime.call("aws:ec2/vpc:Vpc/describe", {"__self__": vpc}, vpc))
    """)

    assert plan["outputs"] == {"called": UNKNOWN}


def test_what_a_remote_component_creates_is_named_as_not_planned(recorded: Recorder) -> None:
    plan = recorded("""
        class Remote(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("awsx:ec2:Vpc", name, {"vpcId": None}, None, remote=True)
        pulumi.export("id", Remote("remote").vpcId)
    """)

    assert plan["by_name"]["remote"]["remote"] is True
    assert [notice["kind"] for notice in plan["notices"]] == ["component"]


def test_a_look_up_that_the_program_caught_is_not_blamed_for_what_fails_later(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match=r"__main__\.py:7: .*ZeroDivisionError"):
        recorded("""
            try:
                aws.get_availability_zones()
            except Exception:
                zones = []
            1 / len(zones)
        """)


def test_each_call_of_a_function_has_a_notice_of_its_own_in_order(recorded: Recorder) -> None:
    plan = recorded("""
        for state in ("b", "a"):
            pulumi.export(state, aws.get_availability_zones_output(state=state).names)
    """)

    assert ['"state": "a"' in notice["message"] for notice in plan["notices"]] == [True, False]
