"""What two previews may differ in, and still be of the same: names that providers made up, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.danger.facts import UNKNOWN
from slipway.engine.results import SECRET, Step
from slipway.gate.essence import essence, unseen

GROUP = "urn:pulumi:dev::shop::aws:ec2/securityGroup:SecurityGroup::door"
BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::files"
POLICY = "urn:pulumi:dev::shop::aws:s3/bucketPolicy:BucketPolicy::files"
MAKES = ["create", "create-replacement", "replace", "update", "import", "read"]


def step(urn: str, inputs: dict[str, Any], *made: str, op: str = "create") -> Step:
    """A step whose provider made the properties `made` up."""
    written: dict[str, list[str]] = {key: [] for key in inputs if key not in made}
    return Step(op, urn, new={"inputs": inputs, "propertyDependencies": written})


@pytest.mark.parametrize("op", MAKES)
def test_what_is_written_is_compared_whatever_is_done_with_it(op: str) -> None:
    narrow = {"ingress": [{"cidrBlocks": ["10.0.0.0/8"]}]}
    wide = {"ingress": [{"cidrBlocks": ["0.0.0.0/0"]}]}
    assert essence([step(GROUP, narrow, op=op)]) == essence([step(GROUP, narrow, op=op)])
    assert essence([step(GROUP, narrow, op=op)]) != essence([step(GROUP, wide, op=op)])


@pytest.mark.parametrize("option", ["protect", "retainOnDelete", "deletedWith", "id", "external"])
def test_what_guards_a_resource_is_compared_too(option: str) -> None:
    assert essence([Step("create", GROUP, new={option: True})]) != essence([Step("create", GROUP, new={})])


def test_a_provider_is_compared_by_its_name_since_its_id_may_be_unknown() -> None:
    ours, known = (Step("create", GROUP, provider=f"urn::ours::{identity}") for identity in (UNKNOWN, "1-2-3"))
    assert essence([ours]) == essence([known])
    assert essence([ours]) != essence([Step("create", GROUP, provider=f"urn::theirs::{UNKNOWN}")])


def previewed(suffix: str, statement: str = "deny", path: str = "") -> list[Step]:
    """A bucket with a made-up name, and a policy that names it."""
    name = f"files-{suffix}"
    document = f'{{"{statement}": "arn:aws:s3:::{name}/*"}}'
    policy = step(POLICY, {"bucket": name, "policy": document, "tags": {name: path}})
    return [step(BUCKET, {"bucket": name, "acl": "private"}, "bucket"), policy]


def test_a_name_that_is_made_up_anew_each_time_is_the_same_wherever_it_stands() -> None:
    assert essence(previewed("1a2b3c4")) == essence(previewed("fedcbaf"))


def test_what_stands_beside_a_name_that_is_made_up_is_compared() -> None:
    assert essence(previewed("1a2b3c4")) != essence(previewed("1a2b3c4", statement="allow"))
    assert essence(previewed("1a2b3c4")) != essence(previewed("fedcbaf", path="elsewhere"))


def test_a_name_that_the_program_wrote_is_compared_however_random_it_looks() -> None:
    one, other = (step(BUCKET, {"bucket": f"files-{suffix}"}) for suffix in ("1a2b3c4", "fedcbaf"))
    assert essence([one]) != essence([other])


def test_a_name_of_another_resource_is_not_the_same_name() -> None:
    first, second = (step(f"{BUCKET}{n}", {"bucket": f"files{n}-1a2b3c4"}, "bucket") for n in (1, 2))
    to_first, to_second = (step(POLICY, {"bucket": f"files{n}-1a2b3c4"}) for n in (1, 2))
    assert essence([first, second, to_first]) != essence([first, second, to_second])


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("files", "files-1a2b3c4", "files-0000000"),
        ("Files", "files-1a2b3c4", "files-abcdefa"),
        ("my-files", "myfiles1a2b3c4d", "myfiles9a2b3c4d"),
        ("jobs", "jobs-1a2b3c4.fifo", "jobs-5a2b3c4.fifo"),
        ("files", "shop-dev-files-k9zq3m", "shop-dev-files-p7xr2t"),
        ("a-name-that-is-too-long-for-a-group", "a-name-that-is-too-long-1a2b3c4", "a-name-that-is-too-long-5a2b3c4"),
    ],
    ids=["default", "lower case", "without signs", "with an ending", "of a pattern", "cut to fit"],
)  # fmt: skip
def test_names_are_made_up_in_these_ways(name: str, one: str, other: str) -> None:
    urn = f"urn:pulumi:dev::shop::aws:s3/bucket:Bucket::{name}"
    assert essence([step(urn, {"name": one}, "name")]) == essence([step(urn, {"name": other}, "name")])


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("us", "us-east-1", "us-west-2"),
        ("files", "10.0.0.0/8", "0.0.0.0/0"),
        ("files", "1a2b3c4", "fedcbaf"),
        ("files", "files-public", "files-private"),
        ("users-of-the-shop", "us-east-1", "us-east-2"),
    ],
)
def test_no_other_value_that_a_provider_filled_in_is_taken_for_a_name(name: str, one: str, other: str) -> None:
    urn = f"urn:pulumi:dev::shop::aws:s3/bucket:Bucket::{name}"
    assert essence([step(urn, {"value": one}, "value")]) != essence([step(urn, {"value": other}, "value")])


def test_a_file_is_compared_by_what_is_in_it() -> None:
    def program(folder: str, digest: str) -> list[Step]:
        asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "path": folder, "hash": digest}
        return [step(BUCKET, {"source": asset})]

    assert essence(program("/here/a.zip", "1")) == essence(program("/there/a.zip", "1"))
    assert essence(program("/here/a.zip", "1")) != essence(program("/here/a.zip", "2"))


def test_no_value_can_be_read_in_what_is_kept() -> None:
    assert "private" not in str(essence(previewed("1a2b3c4")))


def test_what_no_preview_shows_is_counted() -> None:
    steps = [step(GROUP, {"a": SECRET, "b": [{"c": UNKNOWN}, UNKNOWN]}), step(BUCKET, {"a": SECRET}, op="same")]
    assert "values that are 1 secret and 2 not known before it is made." in unseen(steps)
    assert unseen([step(GROUP, {"a": "b"})]) == ""
