"""What a CloudFormation template of the plan starts on its machines."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from plan.model import Unknown
from policies.redis.text import document_sightings
from tests.policies.plans import findings, resource, verdicts

TEMPLATE = {
    "Resources": {
        "Web": {
            "Type": "AWS::EC2::Instance",
            "Metadata": {
                "AWS::CloudFormation::Init": {
                    "config": {
                        "packages": {"yum": {"nginx": []}},
                        "services": {"sysvinit": {"nginx": {"enabled": "true"}}},
                        "commands": {"01": {"command": "echo ready"}},
                    }
                }
            },
            "Properties": {
                "UserData": {"Fn::Base64": {"Fn::Join": ["", ["#!/bin/bash\n", "yum update\n", {"Ref": "X"}]]}}
            },
        }
    }
}


def sightings(tree: Any) -> set[str]:
    return {kind for kind, _ in document_sightings(json.dumps(tree))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"nginx": []', '"redis": []'),
        ('"nginx": []', '"redis": ["7.0"]'),
        ('"yum": {"nginx": []}', '"rpm": {"x": "https://x.example.com/redis-7.2.4.rpm"}'),
        ('"nginx": {"enabled": "true"}', '"redis": {"enabled": "true"}'),
        ('"sysvinit": {"nginx": {"enabled": "true"}}', '"systemd": {"redis-server": {"ensureRunning": true}}'),
        ("echo ready", "yum install -y redis"),
        ("yum update", "yum install -y redis"),
        ('"yum update\\n"', '"yum inst", "all -y redis\\n"'),
        ('"yum update\\n"', '{"Fn::Sub": "yum install -y redis ${X}\\n"}'),
    ],
)
def test_what_cfn_init_installs_and_starts_is_seen(old: str, new: str) -> None:
    told = json.dumps(TEMPLATE)
    assert old in told
    assert sightings(TEMPLATE) <= {"hidden"}
    changed = told.replace(old, new)
    assert "starts" in {kind for kind, _ in document_sightings(changed)}
    assert verdicts(resource("aws:cloudformation/stack:Stack", "stack", {"templateBody": changed})) == {
        "stack": "violation"
    }


def test_a_template_in_yaml_with_short_functions_is_read() -> None:
    body = (
        "Resources:\n  Web:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n"
        "        UserData:\n          Fn::Base64: !Sub |\n            #!/bin/bash\n            yum install -y {}\n"
        "            echo ${{AWS::Region}}\n"
    )
    assert {kind for kind, _ in document_sightings(body.format("redis6"))} == {"starts"}
    assert {kind for kind, _ in document_sightings(body.format("nginx"))} == set()
    joined = (
        "Resources:\n  Web:\n    Properties:\n      UserData: !Base64 {{'Fn::Join': ['', ['yum inst', 'all -y {}']]}}\n"
    )
    assert {kind for kind, _ in document_sightings(joined.format("redis"))} == {"starts"}
    assert {kind for kind, _ in document_sightings(joined.format("nginx"))} == set()


def test_a_service_of_cfn_init_that_is_off_is_not_started() -> None:
    off = {"services": {"sysvinit": {"redis": {"enabled": "false", "ensureRunning": False}}}}
    assert sightings(off) == set()


@pytest.mark.parametrize("kind", ["aws:cloudformation/stack:Stack", "aws:cloudformation/stackSet:StackSet"])
def test_a_template_that_stands_in_a_file_elsewhere_is_not_proven(kind: str) -> None:
    (found,) = findings(resource(kind, "stack", {"templateUrl": "https://b.s3.amazonaws.com/t.yaml"}))
    assert (found.status, "(templateUrl) is a file elsewhere" in found.message) == ("unproven", True)
    assert verdicts(resource(kind, "stack", {"templateUrl": "https://x"}, external=True)) == {}
    assert verdicts(resource(kind, "stack", {"templateUrl": "", "templateBody": '{"Resources": {}}'})) == {}


def test_what_cloud_control_starts_on_a_machine_is_seen() -> None:
    def made(script: str, kind: str = "AWS::EC2::Instance") -> dict[str, str]:
        state = json.dumps({"UserData": b64encode(script.encode()).decode()})
        inputs = {"typeName": kind, "desiredState": state}
        return verdicts(resource("aws:cloudcontrol/resource:Resource", "machine", inputs))  # type: ignore[arg-type]  # a plan's

    assert made("#!/bin/sh\nyum install -y redis6\n") == {"machine": "violation"}
    assert made("#!/bin/sh\nyum install -y nginx\n") == {}
    assert made("#!/bin/sh\nyum install -y redis6\n", "AWS::EC2::LaunchTemplate") == {"machine": "violation"}
    assert made("#!/bin/sh\nyum install -y redis6\n", "AWS::SNS::Topic") == {}
    for kind, told in (("AWS::ECS::TaskDefinition", {"it": "unproven"}), ("AWS::Logs::LogGroup", {})):
        inputs: dict[str, Any] = {"typeName": kind, "desiredState": Unknown()}
        assert verdicts(resource("aws:cloudcontrol/resource:Resource", "it", inputs)) == told
