from __future__ import annotations

import bz2
import gzip
import json
from base64 import b85encode
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from policies import user_data
from policies.redis import text as of_redis
from policies.redis.text import container_sightings, user_data_sightings
from policies.redis.trees import yaml_trees
from policies.sighting import MARK
from tests.policies.plans import base64_of
from tests.policies.redis.disguises import DISGUISED, UNDISGUISED
from tests.policies.redis.found import CONTAINERS, NO_CONTAINERS, NOT_OWN, OWN
from tests.policies.redis.spellings import CLOUD_CONFIG, HARMLESS, SCRIPTS, STARTED, STARTS
from tests.policies.redis.watching import ASKED, STARTED_ALL_THE_SAME, STOPPED

HIDDEN = [
    MARK,
    f"#!/bin/sh\n{MARK}\n",
    f"#!/bin/sh\nsudo {MARK} --port 1\n",
    f"apt-get install -y nginx {MARK}",
    f"bash -c {MARK}",
    f"bash -c '{MARK} now'",
    f"docker run -d {MARK}",
    f"docker run -d acme/{MARK}:1",
    f"cat > compose.yaml <<EOF\nservices:\n  web:\n    image: {MARK}\nEOF",
    f"#cloud-config\npackages: [{MARK}]",
    f"#cloud-config\nruncmd:\n  - {MARK}\n",
    "#cloud-config\npackages: [nginx",
    "#include\nhttps://example.com/setup.sh\n",
    base64_of(bytes(range(256))),
    base64_of(b"\0\1" * 10),
    base64_of(gzip.compress(b"yum install redis", mtime=0)[:-10]),
    base64_of(bz2.compress(b"yum install redis")[:-10]),
    base64_of(bz2.compress(bytes(2_000_000))),
    base64_of(gzip.compress(bytes(2_000_000), mtime=0)),
]
SHOWN_IN_PART = [
    f"#!/bin/sh\necho REDIS_URL=rediss://{MARK}:6379 >> /etc/environment\n",
    f"export REDIS_HOST={MARK}\nnode server.js --redis {MARK}\n",
    f"cat > /etc/shop.pem <<EOF\n{MARK}\nEOF",
    f'echo "{MARK}" > /etc/shop.pem',
    f"aws s3 cp s3://{MARK}/shop.tgz . && tar xzf shop.tgz",
    f"docker run {MARK}/shop:1",
    f'echo "{MARK} now" > /etc/shop.pem',
    f"node '{MARK} now'",
    f"node -c '{MARK} now'",
    f"bash deploy.sh '{MARK} now'",
    f"apt-get install -y -oDir::Cache={MARK} nginx",
    f"docker run shop:{MARK}",
    f"docker run shop@{MARK}",
    f"#cloud-config\npackages: [nginx]\nwrite_files:\n  - content: {MARK}\n",
]


def kinds(text: str) -> set[str]:
    """What a text shows of a server; where one is elsewhere is for rules on addresses."""
    return {str(kind) for kind, _ in user_data_sightings(text)} - {"address", "tunnel"}


@pytest.mark.parametrize("text", [*STARTS, *DISGUISED, *STARTED_ALL_THE_SAME, *CONTAINERS])
def test_a_redis_on_the_machine_is_seen_in_every_spelling(text: str) -> None:
    assert "starts" in kinds(text)


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_redis_on_the_machine_is_seen_in_the_middle_of_a_script(text: str) -> None:
    assert "starts" in kinds(f"#!/bin/bash -e\nset -u\n# it's ready\nmkdir -p /srv\n{text}\nsystemctl restart nginx\n")


@pytest.mark.parametrize("text", [*HARMLESS, *UNDISGUISED, *STOPPED, *ASKED, *NO_CONTAINERS, *NOT_OWN])
def test_what_only_sounds_like_redis_is_nothing(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize("text", OWN)
def test_a_redis_at_the_machine_s_own_address_is_seen_in_every_form(text: str) -> None:
    assert kinds(text) == {"own"}


@pytest.mark.parametrize("text", HIDDEN)
def test_what_decides_and_is_not_known_is_told(text: str) -> None:
    assert kinds(text) == {"hidden"}


@pytest.mark.parametrize("text", SHOWN_IN_PART)
def test_what_is_not_known_and_decides_nothing_is_no_matter(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize("text", [STARTS[0], CLOUD_CONFIG[0], STARTED[-1]])
@pytest.mark.parametrize(
    "wrap",
    [
        base64_of,
        lambda text: base64_of(gzip.compress(text.encode(), mtime=0)),
        lambda text: base64_of(bz2.compress(text.encode())),
        lambda text: f"#!/bin/sh\nunpack <<E\n{b85encode(bz2.compress(text.encode())).decode()}\nE\n",
        lambda text: (
            "#cloud-config\nwrite_files:\n- path: /a\n  content: |\n"
            f"    {b85encode(bz2.compress(text.encode())).decode()}\n"
        ),
        lambda text: base64_of(base64_of(text) if text.startswith("#") else f"echo {base64_of(text)} | base64 -d | sh"),
        lambda text: base64_of(text).replace("=", "") + "\n",
        lambda text: "\n".join(base64_of(text)[at : at + 20] for at in range(0, len(base64_of(text)), 20)),
    ],
    ids=["base64", "gzip", "bzip2", "base85", "base85 in YAML", "base64 inside", "unpadded", "in lines"],
)
def test_wrappings_are_taken_off(text: str, wrap: object) -> None:
    assert callable(wrap)
    assert "starts" in kinds(wrap(text))


def test_the_parts_of_a_multi_part_message_are_read() -> None:
    message = MIMEMultipart()
    message.attach(MIMEText("#cloud-config\npackages: [nginx]\n", "cloud-config"))
    assert kinds(message.as_string()) == set()
    message.attach(MIMEText("#!/bin/sh\nyum install -y redis\n", "x-shellscript"))
    assert kinds(message.as_string()) == {"starts"}
    assert kinds(base64_of(message.as_string())) == {"starts"}
    plain = MIMEText("#!/bin/sh\nyum install -y redis\n", "x-shellscript", "us-ascii")
    assert plain["Content-Transfer-Encoding"] == "7bit"
    mixed = MIMEMultipart("mixed")
    mixed.attach(plain)
    assert kinds(mixed.as_string()) == {"starts"}


def test_a_part_is_cloud_config_by_its_type_too() -> None:
    message = MIMEMultipart()
    message.attach(MIMEText("packages: [nginx, redis-server]\n", "cloud-config"))
    assert kinds(message.as_string()) == {"starts"}
    other = MIMEMultipart()
    other.attach(MIMEText("packages: [nginx, redis-server]\n", "plain"))
    assert kinds(other.as_string()) == set()


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("cloud-config", "# made by hand\npackages: [redis-server]\n", {"starts"}),
        ("cloud-config", "## template: jinja\npackages: [redis-server]\n", {"starts"}),
        ("cloud-config", "# made by hand\n#cloud-config\npackages: [redis-server]\n", {"starts"}),
        ("cloud-config", "## template: jinja\n#cloud-config\npackages: [redis-server]\n", {"starts"}),
        ("cloud-config", "# made by hand\npackages: [nginx]\n", set()),
        ("cloud-config-archive", "- |\n  #!/bin/sh\n  yum install -y redis\n", {"starts"}),
        ("cloud-config-archive", "# by hand\n- content: |\n    #!/bin/sh\n    yum install -y redis\n", {"starts"}),
        ("x-include-url", "https://example.com/setup.sh\n", {"hidden"}),
        ("x-include-once-url", "# by hand\nhttps://example.com/setup.sh\n", {"hidden"}),
        ("x-include-url", "#include\nhttps://example.com/setup.sh\n", {"hidden"}),
    ],
)
def test_a_part_is_what_its_type_says_whatever_it_begins_with(kind: str, text: str, expected: set[str]) -> None:
    message = MIMEMultipart()
    message.attach(MIMEText(text, kind))
    assert kinds(message.as_string()) == expected


@pytest.mark.parametrize(
    "value",
    [
        "!!bool maybe",
        '!!int ""',
        "!!timestamp never",
        "!!timestamp 2001-99-99",
        "!!float x",
        "!!binary \xe9",
        "{[a]: b}",
        "!Sub {{a: b}: c}",
    ],
)
def test_a_value_that_does_not_fit_its_tag_is_no_yaml(value: str) -> None:
    assert yaml_trees(f"packages: [nginx]\nx: {value}\n") is None
    assert kinds(f"#cloud-config\npackages: [nginx]\nx: {value}\n") == {"hidden"}


def test_a_part_that_is_no_text_is_told() -> None:
    message = MIMEMultipart()
    message.attach(MIMEApplication(bytes(range(256))))
    assert kinds(message.as_string()) == {"hidden"}


@pytest.mark.parametrize("more", ["", "x" * 7], ids=["a short last line", "only whole lines"])
def test_a_script_in_lines_of_base64_is_read_whole(more: str) -> None:
    script = f"# {'x' * 45}\nyum install -y redis # {'x' * 33}\n{'# ' + more if more else ''}"
    packed = base64_of(script)
    lines = [packed[at : at + 76] for at in range(0, len(packed), 76)]
    assert (len(lines[-1]) == 76) == bool(more)
    assert kinds(lines[0]) == kinds(lines[1]) == set(), "no line tells it alone"
    text = "\n".join(lines)
    assert kinds(f"base64 -d > x.sh <<EOF\n{text}\nEOF\nsh x.sh") == {"starts"}


def test_wrappings_without_end_are_told() -> None:
    text = "yum install redis"
    for _ in range(9):
        text = "sh -c " + "'" + text.replace("'", "'\\''") + "'"
    assert kinds(text) == {"hidden"}


def test_nesting_without_end_is_told() -> None:
    assert kinds("$(" * 4000) == {"hidden"}


def test_a_container_is_not_passed_for_what_cannot_be_read_in_it() -> None:
    message = MIMEMultipart()
    message.attach(MIMEApplication(bytes(range(256))))
    definitions = [{"image": "shop:1", "environment": [{"name": "SCRIPT", "value": base64_of(message.as_string())}]}]
    assert {kind for kind, _ in container_sightings(json.dumps(definitions))} == {"hidden"}


def test_a_document_that_unfolds_without_end_is_told() -> None:
    bomb = "a0: &a0 [x: 1]\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'z: *a{n - 1}'] * 9)}]" for n in range(1, 9))
    assert kinds(f"#cloud-config\n{bomb}") == {"hidden"}


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ('[{"name": "web", "image": "shop:1"}]', set()),
        ('[{"name": "redis", "image": "shop:1", "environment": [{"name": "REDIS_URL", "value": "redis://r"}]}]', set()),
        ('[{"image": "shop:1", "healthCheck": {"command": ["CMD-SHELL", "redis-cli ping || exit 1"]}}]', {"starts"}),
        ('[{"image": "oliver006/redis_exporter"}]', set()),
        ("[]", set()),
        ('\n [{"image": "shop:1"}]\n', set()),
        ('\n [{"image": "redis:7"}]\n', {"starts"}),
        ('[{"image": "shop:1"}, {"image": "redis:7"}]', {"starts"}),
        ('[{"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror/redis@sha256:0123"}]', {"starts"}),
        ('[{"image": "shop:1", "command": ["redis-server", "--port", "6379"]}]', {"starts"}),
        ('[{"image": "shop:1", "command": ["sh", "-c", "redis-server & node server.js"]}]', {"starts"}),
        ('[{"image": "shop:1", "entryPoint": ["/usr/bin/redis-server"]}]', {"starts"}),
        (f'[{{"image": "{MARK}"}}]', {"hidden"}),
        (f'[{{"image": "shop:1", "command": ["{MARK}"]}}]', {"hidden"}),
        (f'[{{"image": "shop:1", "environment": [{{"name": "REDIS_HOST", "value": "{MARK}"}}]}}]', set()),
        ("[{", {"hidden"}),
        ("{}", {"hidden"}),
        ('[{"image": "redis:7"', {"hidden"}),
    ],
)
def test_container_definitions_are_judged_by_image_and_command(definitions: str, expected: set[str]) -> None:
    assert {kind for kind, _ in container_sightings(definitions)} == expected


def test_what_was_seen_is_named_without_what_stands_around_it() -> None:
    seen = [what for _, what in user_data_sightings("git clone https://me:hunter2@github.com/redis/redis.git")]
    assert seen == ["fetches github.com/redis/redis"]
    seen = [what for _, what in user_data_sightings("docker run -e TOKEN=hunter2 me/redis:7")]
    assert seen == ["runs the image redis"]


def test_a_text_is_read_once_and_again_when_it_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def nothing(text: str) -> list[str]:
        read.append(text)
        return []

    text = "echo a text that no other test reads"
    for module, look in ((of_redis, kinds), (user_data, lambda each: list(user_data.readable(each)))):
        read.clear()
        monkeypatch.setattr(module, "embedded", nothing)
        assert look(text) == look(text)
        assert read == [text]
        module.forget()
        assert look(text) == look(text)
        assert read == [text, text]
