"""Policy documents are written as the provider writes them, to the letter, and need no answer."""

from __future__ import annotations

import json
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import resource_pb2

from slipway.errors import ProgramError
from slipway.record.monitor import Monitor
from slipway.record.policy_documents import RefusedDocumentError, policy_document

if TYPE_CHECKING:
    from tests.record.conftest import Recorder


def written(*statements: dict[str, Any], **more: Any) -> Any:
    """What the document says."""
    return json.loads(policy_document({"statements": list(statements), **more})["json"])


def test_the_text_is_the_provider_s_to_the_letter() -> None:
    made = policy_document(
        {
            "policyId": "shop",
            "statements": [
                {
                    "sid": "1",
                    "actions": ["s3:GetBucketLocation", "s3:ListAllMyBuckets"],
                    "resources": ["arn:aws:s3:::*"],
                },
                {
                    "actions": ["s3:ListBucket"],
                    "resources": ["arn:aws:s3:::shop"],
                    "conditions": [
                        {
                            "test": "StringLike",
                            "variable": "s3:prefix",
                            "values": ["home/", "", "home/&{aws:username}/"],
                        }
                    ],
                },
                {"effect": "Deny", "notActions": ["s3:*"], "notResources": ["arn:aws:s3:::*"]},
            ],
        }
    )
    assert made["json"] == (
        "{\n"
        '  "Version": "2012-10-17",\n'
        '  "Id": "shop",\n'
        '  "Statement": [\n'
        "    {\n"
        '      "Sid": "1",\n'
        '      "Effect": "Allow",\n'
        '      "Action": [\n'
        '        "s3:ListAllMyBuckets",\n'
        '        "s3:GetBucketLocation"\n'
        "      ],\n"
        '      "Resource": "arn:aws:s3:::*"\n'
        "    },\n"
        "    {\n"
        '      "Effect": "Allow",\n'
        '      "Action": "s3:ListBucket",\n'
        '      "Resource": "arn:aws:s3:::shop",\n'
        '      "Condition": {\n'
        '        "StringLike": {\n'
        '          "s3:prefix": [\n'
        '            "home/",\n'
        '            "",\n'
        '            "home/${aws:username}/"\n'
        "          ]\n"
        "        }\n"
        "      }\n"
        "    },\n"
        "    {\n"
        '      "Effect": "Deny",\n'
        '      "NotAction": "s3:*",\n'
        '      "NotResource": "arn:aws:s3:::*"\n'
        "    }\n"
        "  ]\n"
        "}"
    )
    assert made["minifiedJson"].startswith(
        '{"Version":"2012-10-17","Id":"shop","Statement":[{"Sid":"1","Effect":"Allow"'
    )
    assert made["id"] == str(zlib.crc32(made["json"].encode()))


def test_sets_are_written_backwards_and_each_of_their_entries_once() -> None:
    (statement,) = written({"actions": ["s3:A", "s3:C", "s3:B", "s3:A"], "resources": ["x", "x"]})["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["s3:C", "s3:B", "s3:A"], "x")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([("*", ["*"])], "*"),
        ([("AWS", ["*"])], {"AWS": "*"}),
        (
            [("Service", ["ec2.amazonaws.com"]), ("AWS", ["b", "a"])],
            {"AWS": ["b", "a"], "Service": "ec2.amazonaws.com"},
        ),
        ([("AWS", ["a"]), ("AWS", ["b"])], {"AWS": ["b", "a"]}),
        ([("*", ["*"]), ("AWS", ["a"])], {"*": "*", "AWS": "a"}),
    ],
)
@pytest.mark.parametrize(("key", "name"), [("principals", "Principal"), ("notPrincipals", "NotPrincipal")])
def test_principals_are_put_together_by_type(key: str, name: str, given: list[Any], meant: Any) -> None:
    (statement,) = written({key: [{"type": kind, "identifiers": ids} for kind, ids in given]})["Statement"]
    assert statement == {"Effect": "Allow", name: meant}
    assert list(statement[name]) == sorted(statement[name])


def test_conditions_are_put_together_by_test_and_variable() -> None:
    conditions = [
        {"test": "StringLike", "variable": "b", "values": ["2", "1"]},
        {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]},
        {"test": "StringLike", "variable": "a", "values": ["x"]},
        {"test": "StringLike", "variable": "b", "values": ["3"]},
    ]
    (statement,) = written({"conditions": conditions})["Statement"]
    assert json.dumps(statement["Condition"]) == json.dumps(
        {"Bool": {"aws:SecureTransport": "false"}, "StringLike": {"a": "x", "b": ["2", "1", "3"]}}
    )


def test_what_go_escapes_stands_escaped() -> None:
    made = policy_document({"statements": [{"resources": ["a&b<c>ö"]}]})
    assert '"a\\u0026b\\u003cc\\u003eö"' in made["json"]
    assert json.loads(made["json"]) == json.loads(made["minifiedJson"])


def test_documents_are_merged_in_order_and_override_each_other_by_sid() -> None:
    source = {
        "version": "2008-10-17",
        "Id": "old",
        "Statement": [
            {"Resource": ["b", "a"], "Action": "s3:*", "effect": "Allow", "Sid": "A", "Unknown": 1},
            {
                "Effect": "Allow",
                "Principal": {"Service": ["b", "c"], "AWS": "a"},
                "Condition": {"Bool": {"x": True, "y": ["1"]}},
            },
        ],
    }
    over = {"Statement": [{"Sid": "A", "Effect": "Deny", "Principal": "*"}, {"Sid": "C"}]}
    made = written(
        {"sid": "B", "actions": ["x"]},
        sourcePolicyDocuments=["", json.dumps(source)],
        overridePolicyDocuments=[json.dumps(over)],
    )
    assert made == {
        "Version": "2012-10-17",
        "Id": "old",
        "Statement": [
            {"Sid": "A", "Effect": "Deny", "Principal": "*"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": "a", "Service": ["c", "b"]},
                "Condition": {"Bool": {"x": "true", "y": "1"}},
            },
            {"Sid": "B", "Effect": "Allow", "Action": "x"},
            {"Sid": "C"},
        ],
    }
    kept = written(version="2008-10-17", sourcePolicyDocuments=[json.dumps(source)], policyId="new")
    assert (kept["Version"], kept["Id"]) == ("2008-10-17", "new")
    assert json.dumps(kept["Statement"][0]) == (
        '{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": ["b", "a"]}'
    )


def test_a_document_of_nothing_has_a_version() -> None:
    assert written() == {"Version": "2012-10-17"}


DOUBLE = {"statements": [{"sid": "A"}, {"sid": "A"}]}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a Sid twice": (DOUBLE, "duplicate Sid"),
    "a Sid twice in sources": ({"sourcePolicyDocuments": ['{"Statement": [{"Sid": "A"}]}'] * 2}, "duplicate Sid"),
    "a Sid with a dash": ({"statements": [{"sid": "a-b"}]}, "alphanumeric"),
    "an effect of its own": ({"statements": [{"effect": "allow"}]}, "allowed: Allow, Deny"),
    "a version of its own": ({"version": "2020-01-01"}, "allowed: 2008-10-17, 2012-10-17"),
    "a variable in an old version": (
        {"version": "2008-10-17", "statements": [{"resources": ["&{aws:username}"]}]},
        "not supported in document version 2008-10-17",
    ),
    "a text in place of a list": ({"statements": [{"actions": "s3:GetObject"}]}, "a list is wanted.*'s3:GetObject'"),
    "a place in place of a list": ({"statements": [{"resources": "*"}]}, "a list is wanted"),
    "a statement that is a text": ({"statements": ["s3:*"]}, "cannot be read"),
    "a principal of no type": ({"statements": [{"principals": [{"identifiers": ["*"]}]}]}, "'type' is missing"),
    "a condition without values": (
        {"statements": [{"conditions": [{"test": "StringEquals", "variable": "aws:x"}]}]},
        "'values' is missing",
    ),
    "a Sid that is a number": ({"statements": [{"sid": 7}]}, "cannot be read"),
    "a version that is a number": ({"sourcePolicyDocuments": ['{"Version": 7}']}, "cannot be read"),
    "an action in a list": ({"statements": [{"actions": [["s3:*"]]}]}, "cannot be read"),
    "no JSON": ({"sourcePolicyDocuments": ["{"]}, "merging source document"),
    "a statement that stands alone": ({"overridePolicyDocuments": ['{"Statement": {"Sid": "A"}}']}, "merging override"),
}


@pytest.mark.parametrize(("arguments", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_provider_refuses_is_refused(arguments: dict[str, Any], why: str) -> None:
    with pytest.raises(RefusedDocumentError, match=why):
        policy_document(arguments)


def test_a_program_gets_its_documents_in_both_forms(recorded: Recorder) -> None:
    plan = recorded("""
        trust = aws.iam.get_policy_document(statements=[{
            "actions": ["sts:AssumeRole"],
            "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}],
        }])
        role = aws.iam.Role("role", assume_role_policy=trust.json)
        bucket = aws.s3.Bucket("bucket")
        read = aws.iam.get_policy_document_output(statements=[aws.iam.GetPolicyDocumentStatementArgs(
            actions=["s3:GetObject"], resources=[bucket.arn.apply(lambda arn: f"{arn}/*")])])
        aws.iam.RolePolicy("read", role=role.id, policy=read.minified_json)
    """)

    assert plan["notices"] == []
    given = json.loads(plan["by_name"]["role"]["inputs"]["assumeRolePolicy"])
    assert given["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    told = plan["by_name"]["read"]["unknowns"]["policy"]["text"]
    (statement,) = json.loads(told)["Statement"]
    assert statement["Resource"] == f"${{{plan['by_name']['bucket']['urn']}#arn}}/*"


def test_an_answer_of_one_s_own_goes_before(recorded: Recorder) -> None:
    answer = {"token": "aws:iam/getPolicyDocument:getPolicyDocument", "result": {"json": "{}"}}
    plan = recorded(
        'pulumi.export("it", aws.iam.get_policy_document_output(statements=[]).json)', answers={"invokes": [answer]}
    )
    assert plan["outputs"] == {"it": "{}"}


def test_a_document_that_is_refused_ends_the_program(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match=r"duplicate Sid \(A\)"):
        recorded('aws.iam.get_policy_document(statements=[{"sid": "A"}, {"sid": "A"}])')


def test_arguments_that_nobody_can_read_end_the_program_with_their_fault(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match=r"policy document cannot be read: 'identifiers' is missing"):
        recorded('aws.iam.get_policy_document(statements=[{"principals": [{"type": "AWS"}]}])')


def test_a_mistake_of_ours_is_not_taken_for_a_refusal() -> None:
    def function(*_: object) -> None:
        raise KeyError("ours")

    registrar: Any = SimpleNamespace(
        transforms=SimpleNamespace(functions=[]), default_provider=lambda *_: None, is_configured=lambda _: True
    )
    lookups: Any = SimpleNamespace(function=function)
    with pytest.raises(KeyError, match="ours"):
        Monitor(registrar, lookups).Invoke(resource_pb2.ResourceInvokeRequest(tok="aws:index/getRegion:getRegion"))
