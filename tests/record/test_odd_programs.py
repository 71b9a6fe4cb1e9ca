"""Programs that do what few do: still what the engine would say, or a clear message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from tests.record.conftest import Recorder

HUSH = "correct-horse-battery"


@pytest.mark.parametrize(
    "asset", ['pulumi.FileAsset("nowhere")', 'pulumi.FileArchive("./nowhere")', 'pulumi.FileArchive("./__main__.py")']
)
def test_an_asset_that_is_not_there_is_refused_at_its_line(recorded: Recorder, asset: str) -> None:
    with pytest.raises(ProgramError, match=r"__main__\.py:2: .*failed to compute asset hash"):
        recorded(f'aws.s3.BucketObject("object", bucket="b", source={asset})')


def test_an_asset_is_read_from_the_programs_folder_wherever_the_program_goes(recorded: Recorder) -> None:
    source = """
        import os
        os.chdir("{folder}")
        aws.s3.BucketObject("object", bucket="b", source=pulumi.FileAsset("file.txt"))
    """
    files = {"file.txt": "right", "sub/file.txt": "wrong"}

    here, there = (recorded(source.format(folder=folder), files=files) for folder in (".", "sub"))
    assert here["by_name"]["object"]["inputs"] == there["by_name"]["object"]["inputs"]


def test_an_output_that_cannot_be_sent_ends_the_program_and_not_the_patience_of_its_user(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match="unexpected input of type date"):
        recorded("import datetime\npulumi.export('day', datetime.date(2020, 1, 1))")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E: <exception str\\(\\) failed>"),
        (
            "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass F(Exception):\n    a: int\nraise F(7)",
            r"F: ",
        ),
        ("raise ValueError('x' * 9000)", r"x… \(9000 characters\)"),
        ("def deep(n):\n    return deep(n + 1)\ndeep(0)", "RecursionError"),
        ("raise BaseExceptionGroup('several', [ValueError('one')])", "several"),
    ],
)
def test_an_exception_is_told_whatever_it_is(recorded: Recorder, error: str, said: str) -> None:
    with pytest.raises(ProgramError, match=said) as caught:
        recorded(error)

    assert len(str(caught.value)) < 6000
    assert "internal error" not in str(caught.value)


def test_a_secret_that_a_program_prints_or_raises_is_taken_out(recorded: Recorder) -> None:
    plan = recorded(f"""
        pulumi.Output.secret("{HUSH}").apply(lambda text: print("the password is", text))
    """)

    assert plan["printed"] == "the password is [secret]\n"
    with pytest.raises(ProgramError) as caught:
        recorded(f'pulumi.Output.secret("{HUSH}").apply(lambda text: int(text))')
    assert HUSH not in str(caught.value)


def test_an_argument_that_the_sdk_cannot_send_is_told_at_its_line(recorded: Recorder) -> None:
    with pytest.raises(ProgramError) as caught:
        recorded("""
            def connection(properties):
                return aws.glue.Connection("orders", connection_properties=properties)

            connection({"PASSWORD": ["x"]})
        """)
    told = str(caught.value)
    assert "__main__.py:4: stack 'dev': aws:glue/connection:Connection orders: AssertionError" in told
    assert "'connection_properties'" in told
    assert "  called from __main__.py:6" in told
    assert "correct it at the line above" in told


def test_an_argument_that_the_sdk_does_not_know_is_told_at_its_line(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match=r"__main__.py:2: stack 'dev': TypeError: .*bucket_nam") as caught:
        recorded('aws.s3.Bucket("files", bucket_nam="x")')
    assert 'aws.s3.Bucket("files", bucket_nam="x")' in str(caught.value)


def test_a_program_that_closes_its_output_is_recorded(recorded: Recorder) -> None:
    plan = recorded("import sys\nsys.stdout.close()\npulumi.export('done', True)")

    assert plan["outputs"] == {"done": True}


def test_a_program_that_forks_is_recorded_once(recorded: Recorder) -> None:
    plan = recorded("""
        import os
        if os.fork():
            os.wait()
            pulumi.export("who", "parent")
        else:
            os._exit(0)
    """)

    assert plan["outputs"] == {"who": "parent"}


def test_a_hook_that_would_run_in_a_preview_is_named_as_not_run(recorded: Recorder) -> None:
    plan = recorded("""
        def refuse(_):
            raise RuntimeError
        hook = pulumi.ResourceHook("refuse", refuse, pulumi.ResourceHookOptions(on_dry_run=True))
        opts = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook]))
        aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    """)

    assert [(notice["kind"], notice["subject"]) for notice in plan["notices"]] == [("hook", "refuse")]


def test_a_number_that_json_has_no_word_for_is_written_as_the_engine_writes_it(recorded: Recorder) -> None:
    plan = recorded("pulumi.export('numbers', [float('nan'), float('inf')])")

    assert "NaN" not in json.dumps(plan["outputs"])
    assert [number["value"] for number in plan["outputs"]["numbers"]] == ["7ff8000000000000", "7ff0000000000000"]


def test_a_type_that_is_no_token_is_refused(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match="'aws:b' is not a valid type token"):
        recorded("pulumi.CustomResource('aws:b', 'name', {})")


def test_a_long_chain_of_resources_is_recorded_whole(recorded: Recorder) -> None:
    plan = recorded("""
        before = []
        for number in range(60):
            tags = {str(each): bucket.arn for each, bucket in enumerate(before[-3:])}
            opts = pulumi.ResourceOptions(depends_on=before[-1:])
            before.append(aws.s3.Bucket(f"bucket-{number}", tags=tags, opts=opts))
    """)

    assert len(plan["resources"]) == 61
    assert plan["by_name"]["bucket-59"]["dependencies"] == sorted(plan["by_name"]["bucket-59"]["dependencies"])
