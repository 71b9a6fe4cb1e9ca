"""No secret value is in a plan, a message or a log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plan.codec import read_resource
from plan.model import Secret
from slipway.errors import ProgramError

if TYPE_CHECKING:
    from tests.record.conftest import Recorder

HUSH = "correct-horse-battery"


def test_a_secret_input_or_output_is_marked_and_its_value_is_gone(recorded: Recorder) -> None:
    plan = recorded(f"""
        hush = pulumi.Output.secret("{HUSH}")
        aws.ssm.Parameter("parameter", type="SecureString", value=hush, tags={{"in": pulumi.Output.concat("x-", hush)}})
        pulumi.export("whole", hush)
        pulumi.export("nested", {{"list": [1, hush]}})
    """)

    assert HUSH not in json.dumps(plan)
    parameter = plan["by_name"]["parameter"]
    assert parameter["inputs"]["value"] == "[secret]"
    assert set(parameter["secrets"]) == {"value", "tags.in"}
    assert plan["outputs"]["whole"] == "[secret]"


def test_a_secret_that_is_unknown_is_listed_as_both(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ssm.Parameter("parameter", type="SecureString", value=pulumi.Output.secret(vpc.id))
    """)

    parameter = plan["by_name"]["parameter"]
    assert (parameter["inputs"]["value"], parameter["secrets"], parameter["unknowns"]) == (
        "[secret]",
        ["value"],
        {"value": {}},
    )


def test_a_secret_that_a_program_logs_is_taken_out_of_the_message(recorded: Recorder) -> None:
    plan = recorded(f"""
        aws.ssm.Parameter("parameter", type="SecureString", value=pulumi.Output.secret("{HUSH}"))
        pulumi.log.info("the value is {HUSH}, careful")
    """)

    assert [log["message"] for log in plan["logs"]] == ["the value is [secret], careful"]


def test_a_secret_in_an_error_is_taken_out_of_the_message(recorded: Recorder) -> None:
    with pytest.raises(ProgramError) as caught:
        recorded(f"""
            aws.ssm.Parameter("parameter", type="SecureString", value=pulumi.Output.secret("{HUSH}"))
            raise ValueError("{HUSH} does not fit")
        """)

    assert "[secret] does not fit" in str(caught.value)
    assert HUSH not in str(caught.value)


def test_a_secret_argument_of_a_look_up_is_not_in_its_notice(recorded: Recorder) -> None:
    plan = recorded(f"""
        found = aws.ssm.get_parameter_output(name=pulumi.Output.secret("/{HUSH}"))
        aws.s3.Bucket("bucket", tags={{"found": found.value, "hush": pulumi.Output.secret("/{HUSH}")}})
    """)

    assert HUSH not in json.dumps(plan)
    assert len(plan["notices"]) == 1


def test_a_secret_that_is_set_in_the_stack_file_is_a_placeholder_offline(recorded: Recorder) -> None:
    plan = recorded(
        """
        config = pulumi.Config()
        aws.ssm.Parameter("parameter", type="SecureString", value=config.require_secret("token"))
        pulumi.export("length", config.require_secret("token").apply(len))
        """,
        stack="""
        config:
          shop:token: {secure: AAABAIb}
        """,
    )

    assert plan["by_name"]["parameter"]["inputs"]["value"] == "[secret]"
    assert plan["notices"] == []


def test_a_secret_that_is_not_set_is_a_placeholder_with_a_notice(recorded: Recorder) -> None:
    plan = recorded("""
        password = pulumi.Config("secrets").require_secret("DATABASE_PASSWORD")
        aws.ssm.Parameter("parameter", type="SecureString", value=password)
    """)

    assert plan["by_name"]["parameter"]["inputs"]["value"] == "[secret]"
    assert [notice["subject"] for notice in plan["notices"]] == ["secrets:DATABASE_PASSWORD"]
    assert "pulumi config set --secret secrets:DATABASE_PASSWORD" in plan["notices"][0]["message"]


def test_a_secret_given_as_an_answer_reaches_the_program_and_not_the_plan(recorded: Recorder) -> None:
    plan = recorded(
        """
        config = pulumi.Config()
        aws.ssm.Parameter("parameter", type="String", value=config.require_secret("token"))
        pulumi.export("length", pulumi.Output.unsecret(config.require_secret("token").apply(len)))
        """,
        answers={"config": {"shop:token": HUSH}},
    )

    assert plan["outputs"] == {"length": len(HUSH)}
    assert HUSH not in json.dumps(plan)


def test_a_secret_argument_that_stands_nowhere_else_is_not_in_a_notice(recorded: Recorder) -> None:
    plan = recorded(f"""
        aws.ssm.get_parameter_output(name=pulumi.Output.secret("/{HUSH}"))
        aws.ec2.get_ami_output(owners=pulumi.Output.secret(["{HUSH}"]))
    """)

    assert HUSH not in json.dumps(plan)
    assert len(plan["notices"]) == 2


def test_an_answer_for_a_secret_output_of_a_resource_that_is_read_is_not_in_the_plan(recorded: Recorder) -> None:
    plan = recorded(
        """
        database = aws.rds.Instance.get("database", "db-1")
        pulumi.export("password", database.password)
        """,
        answers={
            "resources": [
                {"type": "aws:rds/instance:Instance", "id": "db-1", "properties": {"password": HUSH, "engine": "mysql"}}
            ]
        },
    )

    assert HUSH not in json.dumps(plan)
    assert plan["by_name"]["database"]["outputs"] == {"password": "[secret]", "engine": "mysql"}
    assert plan["by_name"]["database"]["outputSecrets"] == ["password"]


def test_what_stands_in_plain_text_in_a_secret_map_is_told_place_by_place(recorded: Recorder) -> None:
    plan = recorded(f"""
        token = pulumi.Config().require_secret("token")
        aws.glue.Connection("glue", connection_properties={{"PASSWORD": "{HUSH}", "TOKEN": token, "a b": "x"}})
        aws.ssm.Parameter("urls", type="StringList", value="https://x,redis://:{HUSH}@cache:6379")
        aws.ssm.Parameter("hosts", type="StringList", value="https://x,redis://cache:6379")
    """)

    glue = plan["by_name"]["glue"]
    assert glue["inputs"]["connectionProperties"] == "[secret]"
    assert set(glue["plainSecrets"]) == {"connectionProperties.PASSWORD", 'connectionProperties["a b"]'}
    assert read_resource(glue).inputs["connectionProperties"] == Secret(below=(".PASSWORD", '["a b"]'))
    assert "plainAddresses" not in glue
    assert plan["by_name"]["urls"]["plainAddresses"] == ["value"]
    assert read_resource(plan["by_name"]["urls"]).inputs["value"] == Secret(plain=True, address=True)
    assert "plainAddresses" not in plan["by_name"]["hosts"]
    assert HUSH not in json.dumps(plan)
