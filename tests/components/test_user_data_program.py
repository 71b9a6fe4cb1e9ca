"""The program that machines ask AWS with, against stand-ins on loopback and Amazon's own signer.

Longer than 300 lines because one program has many commands, and each is held to its worst day.
"""

from __future__ import annotations

import ast
import json
import socket
import stat
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from urllib.request import Request

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth  # type: ignore[import-untyped]  # it ships no types
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from components.aws.programs import aws
from components.server.texts import bare_python
from config.secret_values import PLACEHOLDER
from config.secret_values import problem as config_problem
from config.variables import Secret
from tests.machines.amazon import INSTANCE, Amazon
from tests.machines.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(aws.__file__)
UNIT = "shop-web"
PATH = "/slipway/shop-prod/web"
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-jwt-1a2b3c"


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Amazon]:
    """The stand-ins, and a machine that asks them."""
    service = {
        "parameters": PATH,
        "drain": 7,
        "max_secret_age_days": 90,
        "lengths": {"JWT_SECRET": 16},
        "env": {"PORT": "3001", "A": "b"},
    }
    facts = {"namespace": "Slipway/shop", "services": {UNIT: service}}
    (tmp_path / "machine.json").write_text(json.dumps(facts))
    with Amazon() as services:
        monkeypatch.setattr(aws, "METADATA", services.address)
        monkeypatch.setattr(aws, "ENDPOINT", services.address)
        monkeypatch.setattr(aws, "MACHINE", tmp_path / "machine.json")
        monkeypatch.setattr(aws, "RUN", tmp_path)
        monkeypatch.setattr(aws, "PAUSE", 0.0)
        yield services


def holding(amazon: Amazon, **templates: str) -> Amazon:
    amazon.parameters = {f"{PATH}/{name}": template for name, template in templates.items()}
    return amazon


@pytest.mark.parametrize(
    ("service", "request_"),
    [
        (
            "ssm",
            Request("https://ssm.eu-central-1.amazonaws.com/", b'{"Path": "/a"}', {"X-Amz-Target": "AmazonSSM.Get"}),
        ),
        (
            "autoscaling",
            Request("https://autoscaling.eu-central-1.amazonaws.com/", b"Action=A&Version=1", {"B": " c  d "}),
        ),
        ("ec2", Request("https://ec2.eu-central-1.amazonaws.com/?b=2&a=1%2F2&a=0")),
        ("monitoring", Request("https://monitoring.eu-central-1.amazonaws.com", b"\xc3\xa9")),
        ("s3", Request(f"https://acme.s3.eu-central-1.amazonaws.com/{quote('a b/ü+~(1).tar.gz', safe='/-_.~')}")),
        ("s3", Request("http://127.0.0.1:4566/acme/a//b/../c")),
    ],
)
def test_requests_are_signed_as_amazon_signs_them(service: str, request_: Request) -> None:
    request_.add_header("X-Amz-Date", "20260307T040506Z")
    request_.add_header("X-Amz-Security-Token", "a-token==")
    if service == "s3":
        request_.add_header("X-Amz-Content-SHA256", aws.EMPTY)
    ours = aws.authorization(request_, ("eu-central-1", service), aws.Keys("AKID", "a/secret+key", "a-token=="))
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    signer = kind(Credentials("AKID", "a/secret+key"), service, "eu-central-1")
    theirs = AWSRequest(
        method=request_.get_method(),
        url=request_.full_url,
        data=request_.data,
        headers=dict(request_.header_items()),
    )
    theirs.context["timestamp"] = "20260307T040506Z"
    canonical = signer.canonical_request(theirs)
    signature = signer.signature(signer.string_to_sign(theirs, canonical), theirs)
    names = signer.signed_headers(signer.headers_to_sign(theirs))
    scope = f"AKID/20260307/eu-central-1/{service}/aws4_request"
    assert ours == f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"


def test_what_passes_by_itself_is_asked_again(amazon: Amazon) -> None:
    amazon.failures = [
        (400, b'{"__type":"ThrottlingException"}'),
        (503, b"<Code>SlowDown</Code>"),
        (429, b""),
        (500, b""),
    ]
    assert aws.parameters(PATH) == {}
    assert amazon.actions() == ["GetParametersByPath"]
    assert amazon.asked[0].signed


def test_a_refusal_is_told_at_once_by_its_code(amazon: Amazon) -> None:
    amazon.failures = [(400, b'{"__type":"AccessDeniedException","message":"no"}'), (200, b'{"Parameters": []}')]
    with pytest.raises(aws.Failed, match="400 AccessDeniedException"):
        aws.parameters(PATH)
    assert len(amazon.failures) == 1


def test_it_gives_up_in_the_end(amazon: Amazon) -> None:
    amazon.failures = [(500, b"")] * 99
    with pytest.raises(aws.Failed, match=f"500, {aws.ATTEMPTS} times"):
        aws.parameters(PATH)


def test_the_pauses_grow_to_half_a_minute_and_last_for_minutes(amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(aws, "PAUSE", 1.0)
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    monkeypatch.setattr("time.sleep", pauses.append)
    amazon.failures = [(500, b"")] * 99
    with pytest.raises(aws.Failed):
        aws.parameters(PATH)
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) == 30
    assert sum(pauses) > 180


def test_a_service_that_is_not_there_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    late = socket.socket()
    late.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    monkeypatch.setattr(aws, "PAUSE", 0.2)

    def serve() -> None:
        time.sleep(0.3)
        late.bind(("127.0.0.1", port))
        late.listen()
        answer, _ = late.accept()
        answer.recv(4096)
        answer.sendall(b"HTTP/1.0 200 OK\r\n\r\nthere")
        answer.close()
        late.close()

    threading.Thread(target=serve).start()
    assert aws.patiently(lambda: Request(f"http://127.0.0.1:{port}/")) == b"there"


def test_all_pages_of_parameters_are_read(amazon: Amazon) -> None:
    holding(amazon, **{f"V{number}": str(number) for number in range(25)})
    assert aws.parameters(PATH) == {f"V{number}": str(number) for number in range(25)}
    assert len(amazon.asked) == 3


def test_a_secret_stands_where_its_name_stood_and_is_encoded_in_an_address(amazon: Amazon) -> None:
    value = "p@ss/word:1 ${x} \\1 and more"
    amazon.secrets = {ARN: value}
    holding(
        amazon,
        JWT_SECRET=f"${{secret:{ARN}}}",
        DATABASE_URL=f"postgres://shop:${{secret:{ARN}}}@db:5432/shop",
        DATABASE_HOST="db",
        DATA_VOLUME_ID="vol-1",
    )
    assert aws.values(UNIT) == {
        "A": "b",
        "PORT": "3001",
        "JWT_SECRET": value,
        "DATABASE_URL": f"postgres://shop:{quote(value, safe='')}@db:5432/shop",
        "DATABASE_HOST": "db",
    }
    assert amazon.actions().count("GetSecretValue") == 1


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        "CHANGE-ME-please-now",
        "change_me",
        "your-secret-key-here-1234",
        "<the-secret-of-the-application>",
        "[put the secret right here]",
        "xxxxxxxxxxxxxxxxxxxx",
        "a PlaceHolder for a secret",
    ],
)
def test_a_placeholder_is_refused_by_name_and_rule_and_never_shown(amazon: Amazon, value: str) -> None:
    amazon.secrets = {ARN: value}
    holding(amazon, JWT_SECRET=f"${{secret:{ARN}}}")
    with pytest.raises(aws.Failed, match="JWT_SECRET: its secret is a placeholder") as error:
        aws.settings(UNIT)
    assert value not in str(error.value)
    assert not (aws.RUN / UNIT).exists()


def test_a_machine_takes_what_a_deployment_takes_and_nothing_else() -> None:
    placeholders = (
        *("password", "Passw0rd", "test", "todo", "TO-DO", "secret", "example", "dummy", "none", "null", "undefined"),
        *("{secret}", "<x>", "[x]", "xxx", "....", "the rest ...", "your-key", "your_key_here", " test "),
        *("changeme", "change-me-now", "a placeholder", "my-your-super-secret-key"),
    )
    real = (
        "xxxx-real",
        "testing",
        "a-real-password",
        "sk_live_4eC39HqLyjWD",
        "{a",
        "x",
        "q8...w1",
        "nullify",
        "so/<b>",
    )
    taken = {value: config_problem("A", value, Secret(min_length=1)) is None for value in (*placeholders, *real)}
    assert taken == {**dict.fromkeys(placeholders, False), **dict.fromkeys(real, True)}
    assert {value: machine_takes(value) for value in taken} == taken
    assert (aws.PLACEHOLDER.pattern, aws.PLACEHOLDER.flags) == (PLACEHOLDER.pattern, PLACEHOLDER.flags)


def machine_takes(value: str) -> bool:
    try:
        aws.refuse("A", value, 1)
    except aws.Failed:
        return False
    return True


@pytest.mark.parametrize(
    "template", [f"${{secret:{ARN}}}", f"https://someone:${{secret:{ARN}}}@a-long-host.example.com"]
)
def test_a_short_secret_is_refused_also_inside_a_long_address(amazon: Amazon, template: str) -> None:
    amazon.secrets = {ARN: "fifteen-letters"}
    holding(amazon, JWT_SECRET=template)
    with pytest.raises(
        aws.Failed, match="JWT_SECRET: its secret has 15 characters, and at least 16 are required"
    ) as error:
        aws.values(UNIT)
    assert "fifteen-letters" not in str(error.value)


def test_a_secret_of_exactly_the_least_length_is_taken(amazon: Amazon) -> None:
    amazon.secrets = {ARN: "sixteen-letters!"}
    holding(amazon, JWT_SECRET=f"${{secret:{ARN}}}")
    assert "sixteen-letters!" in aws.values(UNIT).values()


def test_an_empty_secret_is_refused_everywhere(amazon: Amazon) -> None:
    amazon.secrets = {ARN: ""}
    holding(amazon, OTHER=f"${{secret:{ARN}}}")
    with pytest.raises(aws.Failed, match="OTHER"):
        aws.values(UNIT)


def test_a_plain_variable_may_look_like_anything(amazon: Amazon) -> None:
    holding(amazon, ORIGINS='["https://a.example.com"]', MODE="x")
    assert aws.values(UNIT)["ORIGINS"] == '["https://a.example.com"]'


def test_settings_are_for_root_alone_and_replace_the_old_ones(amazon: Amazon, tmp_path: Path) -> None:
    holding(amazon, B='say "hi" \\ $HOME `x`')
    aws.settings(UNIT)
    aws.settings(UNIT)
    file = tmp_path / UNIT / "settings.env"
    assert file.read_text() == 'A="b"\nB="say \\"hi\\" \\\\ $HOME `x`"\nPORT="3001"\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert (file.parent / "names").read_text() == "A\nB\nPORT\n"


def test_a_download_is_whole(amazon: Amazon, tmp_path: Path) -> None:
    amazon.objects = {"/acme/a b/ü.tar.gz": bytes(3 << 20)}
    amazon.failures = [(299, b"broken off")]
    aws.download("acme", "a b/ü.tar.gz", str(tmp_path / "release"))
    assert (tmp_path / "release").read_bytes() == bytes(3 << 20)
    assert amazon.asked[0].signed


def test_a_missing_object_is_said(amazon: Amazon, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert aws.main(["download", "acme", "none", str(tmp_path / "release")]) == 1
    assert "404 NoSuchKey" in capsys.readouterr().err
    assert amazon.actions() == ["GetObject"]


def test_a_machine_asks_for_more_time_without_a_result(amazon: Amazon) -> None:
    aws.lifecycle("launching", "HEARTBEAT")
    (told,) = amazon.told("RecordLifecycleActionHeartbeat")
    assert told["LifecycleHookName"] == "launching"
    assert told["InstanceId"] == INSTANCE
    assert amazon.told("CompleteLifecycleAction") == []


def test_a_lifecycle_action_names_hook_group_and_machine(amazon: Amazon) -> None:
    aws.lifecycle("launching", "ABANDON")
    (told,) = amazon.told("CompleteLifecycleAction")
    assert told == {
        "Version": "2011-01-01",
        "LifecycleHookName": "launching",
        "LifecycleActionResult": "ABANDON",
        "AutoScalingGroupName": "web&-1",
        "InstanceId": INSTANCE,
    }
    assert all(asked.signed for asked in amazon.asked)


def test_a_machine_outside_a_group_completes_nothing(amazon: Amazon) -> None:
    amazon.in_group = False
    aws.lifecycle("launching", "CONTINUE")
    assert amazon.actions() == ["DescribeTags"]


def test_a_volume_is_attached_only_when_no_other_machine_has_it(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    holding(amazon, DATA_VOLUME_ID="vol-0a1b")
    amazon.attached_to = ["i-another", "i-another", "", INSTANCE]
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr(Path, "exists", lambda path: path.name.endswith("Block_Store_vol0a1b"))
    aws.volume(UNIT)
    assert capsys.readouterr().out == "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a1b\n"
    assert [each for each in amazon.actions() if "Volume" in each] == [
        *["DescribeVolumes"] * 3,
        "AttachVolume",
        "DescribeVolumes",
    ]
    assert amazon.told("AttachVolume")[0]["VolumeId"] == "vol-0a1b"
    assert len(pauses) == 3


def test_a_volume_that_another_machine_keeps_fails_the_start(amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
    holding(amazon, DATA_VOLUME_ID="vol-0a1b")
    amazon.attached_to = ["i-another"]
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(aws.Failed, match="i-another"):
        aws.volume(UNIT)
    assert "AttachVolume" not in amazon.actions()


def test_the_age_is_the_one_of_the_secret_that_nobody_changed_for_longest(amazon: Amazon) -> None:
    holding(amazon, A=f"${{secret:{ARN}}}", B=f"x://${{secret:{ARN}2}}", C="plain")
    amazon.changed = {ARN: time.time() - 86400, f"{ARN}2": time.time() - 10 * 86400}
    aws.secret_age()
    (told,) = amazon.told("PutMetricData")
    assert told["Namespace"] == "Slipway/shop"
    assert told["MetricData.member.1.MetricName"] == "SecretAgeDays"
    assert told["MetricData.member.1.Value"] == "10.000"
    assert told["MetricData.member.1.Dimensions.member.1.Name"] == "Service"
    assert told["MetricData.member.1.Dimensions.member.1.Value"] == UNIT


def test_an_overdue_secret_is_in_the_log_too(amazon: Amazon, capsys: pytest.CaptureFixture[str]) -> None:
    holding(amazon, A=f"${{secret:{ARN}}}")
    amazon.changed = {ARN: time.time() - 91 * 86400}
    aws.secret_age()
    assert f"{UNIT}: a secret is 91 days old, and 90 are allowed" in capsys.readouterr().err


def test_a_service_without_secrets_has_no_age(amazon: Amazon) -> None:
    aws.secret_age()
    assert "PutMetricData" not in amazon.actions()


def test_draining_waits_for_requests_stops_the_services_and_lets_the_machine_end(
    amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    amazon.lifecycle_states = ["", "InService", "Terminated"]
    did: list[object] = []
    monkeypatch.setattr("time.sleep", did.append)
    monkeypatch.setattr("subprocess.run", lambda command, **_options: did.append(command[1:]))
    monkeypatch.setattr(aws, "lifecycle", lambda *words: did.append(words))
    aws.drain()
    assert did == [5, 5, 7, ["stop", UNIT], ("terminating", "CONTINUE")]


def test_the_registry_s_password_is_printed_and_nothing_else(
    amazon: Amazon, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.registry_password("123456789012")
    assert capsys.readouterr().out == "registry-password"
    assert str(amazon.told("GetAuthorizationToken")) == "[{'registryIds': ['123456789012']}]"


def test_the_program_runs_on_python_3_8_with_nothing_installed() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 8))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_what_a_machine_gets_is_the_same_program_without_its_comments() -> None:
    bare = bare_python(SOURCE.read_text())
    assert "# " not in bare
    assert '"""' not in bare

    def undocumented(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        return ast.dump(tree)

    assert undocumented(bare) == undocumented(SOURCE.read_text())


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_no_encoded_secret_can_change_the_address_around_it(secret: str) -> None:
    address = f"postgres://shop:{quote(secret, safe='')}@db:5432/shop"
    assert urlsplit(address).hostname == "db"
    assert urlsplit(address).path == "/shop"
