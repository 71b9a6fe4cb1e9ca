from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.documents import statements
from policies.inputs import Field
from policies.trust import trusts_everybody
from tests.policies.plans import resource

if TYPE_CHECKING:
    from plan.model import Value

ROLE = resource("aws:iam/role:Role", "deploy")
GITHUB = "token.actions.githubusercontent.com"
EVERYBODY_AT_GITHUB = f"a statement trusts everybody who has an account at {GITHUB}"
ANY_SUBJECT = "a statement trusts whatever subject a provider of identities signs for"
ON_CONDITIONS = "a statement trusts everybody, on conditions that anybody meets"


def why(principal: Value, condition: Value = None, **more: Value) -> str:
    """Why a statement about this principal lets anybody in."""
    given = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": principal,
        "Condition": condition or {},
        **more,
    }
    read = statements(Field(ROLE, "assumeRolePolicy", json.dumps({"Statement": given})))
    assert read is not None
    return trusts_everybody(read[0])


def federated(host: str) -> dict[str, Value]:
    """A provider of identities of one account."""
    return {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{host}"}


def test_what_denies_trusts_nobody() -> None:
    assert why("*", Effect="Deny") == ""


def test_everybody_is_trusted_on_no_condition() -> None:
    assert why("*") == "a statement trusts everybody, on no condition"


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-abc*"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:*:iam::111122223333:*"}},
        {"StringLike": {"aws:userid": "AX*"}},
        {"StringLike": {"acme:sub": "repo:acme/shop:*"}},
        {"StringLike": {"acme:sub": "system"}},
    ],
)
def test_a_condition_that_names_somebody_holds_of_few(condition: Value) -> None:
    assert why("*", condition) == ""


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::????????????:role/deploy"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:*:*"}},
        {"StringNotEquals": {"aws:PrincipalArn": "x"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}},
        {"StringEquals": {"sts:RoleSessionName": "deploy"}},
    ],
)
def test_a_condition_that_anybody_meets_leaves_nobody_out(condition: Value) -> None:
    assert why("*", condition) == ON_CONDITIONS


@pytest.mark.parametrize("subject", ["*", "repo:*", "repo:acme*/shop", "*:acme/shop"])
def test_a_subject_of_no_certain_owner_is_anybody(subject: str) -> None:
    condition = {"StringLike": {"oidc.example.com:sub": subject}}
    assert why(federated("oidc.example.com"), condition) == ANY_SUBJECT
    assert why("*", condition) == ON_CONDITIONS


@pytest.mark.parametrize("subject", ["repo:acme/shop:ref:refs/heads/*", "repo:acme:*", "acme", "repo:acme/*"])
def test_a_subject_of_one_owner_is_somebody(subject: str) -> None:
    assert why(federated(GITHUB), {"StringLike": {f"{GITHUB}:sub": subject}}) == ""


def test_the_audience_says_nothing_of_who_comes_to_a_provider_for_all() -> None:
    assert why(federated(GITHUB), {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}) == EVERYBODY_AT_GITHUB
    assert why(federated(GITHUB.upper())) == EVERYBODY_AT_GITHUB


def test_another_condition_may_name_somebody_whose_subject_is_any() -> None:
    both = {
        "StringLike": {"oidc.example.com:sub": "*"},
        "StringEquals": {"oidc.example.com:team": "acme", "oidc.example.com:aud": "x"},
    }
    assert why(federated("oidc.example.com"), both) == ""
    loose = {"StringLike": {"oidc.example.com:sub": "*"}, "StringEquals": {"oidc.example.com:aud": "x"}}
    assert why(federated("oidc.example.com"), loose) == ANY_SUBJECT


def test_two_subjects_of_which_one_is_any_are_anybody() -> None:
    assert (
        why(
            federated("oidc.example.com"),
            {
                "StringLike": {"oidc.example.com:sub": ["repo:acme/*", "*"]},
                "StringEquals": {"oidc.example.com:sub": "repo:acme/shop"},
            },
        )
        == ANY_SUBJECT
    )


def test_a_provider_of_a_company_of_its_own_is_somebody() -> None:
    assert why(federated("oidc.example.com")) == ""
    assert (
        why(
            {"Federated": "cognito-identity.amazonaws.com"},
            {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}},
        )
        == ""
    )
