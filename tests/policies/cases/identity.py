"""Plans for the rules about who may do what."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from tests.policies.cases.building import Cases, a, text
from tests.policies.plans import opaque, template, whole

POLICY, ROLE, ROLE_POLICY = "aws:iam/policy:Policy", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
USER_POLICY, GROUP_POLICY = "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
LOG_GROUP = a("aws:cloudwatch/logGroup:LogGroup", "log")
READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": "*"}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
KINDS = (POLICY, ROLE_POLICY, USER_POLICY, GROUP_POLICY)


def document(*statements: Any) -> str:
    return text({"Version": "2012-10-17", "Statement": list(statements)})


def policy(*statements: Any, kind: str = ROLE_POLICY) -> Any:
    return a(kind, policy=document(*statements))


def half(action: str) -> Any:
    shown = '{{"Statement": [{{"Effect": "Allow", "Action": "ACTION", "Resource": "{}:*"}}]}}'.replace("ACTION", action)
    return template(shown, *whole(LOG_GROUP, "arn").references)


OWN = a(POLICY, "own", policy=document(READ))
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
AWS = "arn:aws:iam::aws:policy/"
OIDC = a("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "cluster", url="https://oidc.example.com")
SUBJECT = "token.actions.githubusercontent.com:sub"
OPEN: dict[str, Any] = {
    "any ARN": {"StringLike": {"aws:PrincipalArn": "*"}},
    "any ARN of a list": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:role/x", "*"]}},
    "an ARN of any account": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}},
    "any organisation": {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    "any account": {"ForAnyValue:StringLike": {"aws:PrincipalAccount": "*"}},
    "all but one": {"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/x"}},
    "an organisation at all": {"Null": {"aws:PrincipalOrgID": "false"}},
    "TLS": {"Bool": {"aws:SecureTransport": "true"}},
    "a second factor": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    "any address": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    "no values of a list": {"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1/r-1/"}},
}
CLOSED: dict[str, Any] = {
    "one ARN": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/deploy-*"}},
    "one of an organisation": {"StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}},
    "TLS and an organisation": {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}},
    "an address": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    "a secret": {"StringEquals": {"sts:ExternalId": "3f1c"}},
}
STRANGERS: dict[str, Any] = {
    "any subject": {"StringLike": {SUBJECT: "*"}},
    "any repository": {"StringLike": {SUBJECT: "repo:*"}},
    "the same repository of anybody": {"StringLike": {SUBJECT: "repo:*/shop:*"}},
    "whoever begins so": {"StringLike": {SUBJECT: "repo:acme*"}},
    "one of two": {"StringLike": {SUBJECT: ["repo:acme/shop:*", "repo:*:ref:refs/heads/main"]}},
    "an audience alone": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
    "no condition": {},
}
FRIENDS: dict[str, Any] = {
    "one owner": {"StringLike": {SUBJECT: "repo:acme/*"}},
    "a branch": {"StringEquals": {SUBJECT: "repo:acme/shop:ref:refs/heads/main"}},
    "an owner by a claim": {"StringEquals": {"token.actions.githubusercontent.com:repository_owner": "acme"}},
    "any subject of an owner by a claim": {
        "StringLike": {SUBJECT: "*"},
        "StringEquals": {"token.actions.githubusercontent.com:repository_owner_id": "1234"},
    },
}


def everybody(condition: Any) -> Any:
    return a(ROLE, assumeRolePolicy=document({**TRUST, "Principal": {"AWS": "*"}, "Condition": condition}))


def github(**condition: Any) -> Any:
    provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    action = "sts:AssumeRoleWithWebIdentity"
    return a(
        ROLE,
        assumeRolePolicy=document(
            {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action, "Condition": condition}
        ),
    )


CASES = {
    "no-full-administrator": Cases(
        good={
            "some actions": [policy(READ)],
            "everything on one resource": [policy({**ALL, "Resource": "arn:aws:s3:::b/*"})],
            "denied": [policy({**ALL, "Effect": "Deny"})],
            "a reference": [LOG_GROUP, a(ROLE_POLICY, policy=half("logs:PutLogEvents"))],
            "attached of AWS": [a(ATTACHMENT, policyArn=f"{AWS}AmazonSSMManagedInstanceCore", role="r")],
            "attached of the plan": [OWN, a(ATTACHMENT, policyArn=whole(OWN, "arn"), role="r")],
        },
        bad={
            **{f"by {kind}": [policy(ALL, kind=kind)] for kind in KINDS},
            "lists": [policy({"Effect": "Allow", "Action": ["s3:GetObject", "*"], "Resource": ["arn:x", "*"]})],
            "odd letters": [policy({"effect": "allow", "ACTION": "*", "resource": "*"})],
            "a star on each side": [policy({**ALL, "Action": "*:*"})],
            "the second statement": [policy(READ, ALL)],
            "a single statement": [a(POLICY, policy=text({"Statement": ALL}))],
            "an object": [a(POLICY, policy={"Statement": [ALL]})],
            "all but some": [policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})],
            "all of AWS": [policy({**ALL, "Resource": "arn:aws:*"})],
            "all of AWS, part by part": [policy({**ALL, "Resource": "arn:aws:*:*:*:*"})],
            "whatever the partition": [policy({**ALL, "Resource": "arn:*"})],
            "question marks": [policy({**ALL, "Action": "*?"})],
            "any service, any action": [policy({**ALL, "Action": "*:*", "Resource": "*:*"})],
            "all but some resources": [policy({"Effect": "Allow", "Action": "*", "NotResource": "arn:x"})],
            "inside a role": [a(ROLE, inlinePolicies=[{"name": "p", "policy": document(ALL)}])],
            "attached": [a(ATTACHMENT, policyArn=f"{AWS}AdministratorAccess", role="r")],
            "attached to a user": [
                a("aws:iam/userPolicyAttachment:UserPolicyAttachment", policyArn=f"{AWS}AdministratorAccess", user="u")
            ],
            "of a role": [a(ROLE, managedPolicyArns=[f"{AWS}ReadOnlyAccess", f"{AWS}AdministratorAccess"])],
            "in China": [a(ATTACHMENT, policyArn="arn:aws-cn:iam::aws:policy/AdministratorAccess", role="r")],
        },
        unproven={
            "unknown": [a(ROLE_POLICY, policy=Unknown())],
            "secret": [a(ROLE_POLICY, policy=Secret())],
            "no JSON": [a(ROLE_POLICY, policy="{")],
            "an unknown action": [LOG_GROUP, a(POLICY, policy={"Statement": [{**READ, "Action": opaque(LOG_GROUP)}]})],
            "attached, and unknown": [a(ATTACHMENT, policyArn=Unknown(), role="r")],
        },
    ),
    "no-whole-services": Cases(
        good={
            "some actions": [policy(READ)],
            "denied": [policy({**READ, "Effect": "Deny", "Action": "s3:*"})],
            "a part of the actions": [policy({**READ, "Action": ["s3:Get*", "s3:?et"]})],
            "no service": [policy({**READ, "Action": ":*"})],
            "attached": [a(ATTACHMENT, policyArn=f"{AWS}ReadOnlyAccess", role="r")],
        },
        bad={
            **{f"by {kind}": [policy({**READ, "Action": "s3:*"}, kind=kind)] for kind in KINDS},
            "among others": [policy({**READ, "Action": ["s3:GetObject", "dynamodb:*"]})],
            "on one resource": [policy({**READ, "Action": "s3:*", "Resource": "arn:x"})],
            "of any service that begins so": [policy({**READ, "Action": "s*:*"})],
            "many": [policy({**READ, "Action": ["s3:*", "ec2:*", "iam:*", "sqs:*"]})],
            "a reference": [LOG_GROUP, a(ROLE_POLICY, policy=half("logs:*"))],
            "attached": [a(ATTACHMENT, policyArn=f"{AWS}AmazonS3FullAccess", role="r")],
            "power": [a(ATTACHMENT, policyArn=f"{AWS}PowerUserAccess", role="r")],
            "all but some": [policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:x"})],
        },
        unproven={"unknown": [a(ROLE_POLICY, policy=Unknown())]},
    ),
    "role-trusts-somebody": Cases(
        good={
            "a service": [a(ROLE, assumeRolePolicy=document(TRUST))],
            "everybody on a condition": [
                a(
                    ROLE,
                    assumeRolePolicy=document(
                        {**TRUST, "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
                    ),
                )
            ],
            **{f"everybody on {name}": [everybody(condition)] for name, condition in CLOSED.items()},
            **{f"GitHub with {name}": [github(**subject)] for name, subject in FRIENDS.items()},
            "a login of Cognito": [
                a(
                    ROLE,
                    assumeRolePolicy=document(
                        {
                            **TRUST,
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:x"}},
                        }
                    ),
                )
            ],
        },
        bad={
            **{f"everybody on {name}": [everybody(condition)] for name, condition in OPEN.items()},
            **{f"GitHub with {name}": [github(**subject)] for name, subject in STRANGERS.items()},
            "everybody at Google": [
                a(ROLE, assumeRolePolicy=document({**TRUST, "Principal": {"Federated": "accounts.google.com"}}))
            ],
            "any subject of a provider of the plan": [
                OIDC,
                a(
                    ROLE,
                    assumeRolePolicy={
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Federated": whole(OIDC, "arn")},
                                "Action": "sts:AssumeRoleWithWebIdentity",
                                "Condition": {"StringLike": {"oidc.example.com:sub": "*"}},
                            }
                        ]
                    },
                ),
            ],
            "everybody": [a(ROLE, assumeRolePolicy=document({**TRUST, "Principal": "*"}))],
            "every account": [a(ROLE, assumeRolePolicy=document({**TRUST, "Principal": {"AWS": "*"}}))],
            "in a list": [a(ROLE, assumeRolePolicy=document({**TRUST, "Principal": {"AWS": ["arn:one", "*"]}}))],
            "all but one": [
                a(ROLE, assumeRolePolicy=text({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "x"}}}))
            ],
        },
        unproven={"unknown": [a(ROLE, assumeRolePolicy=Unknown())]},
    ),
}
