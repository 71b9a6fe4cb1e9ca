"""What is written for a stack on a single server: everything that it is made of, under the paths that it has there."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
from functools import cache
from typing import TYPE_CHECKING

import pytest
import yaml

from components.server.texts import packed
from slipway.render.machine_files import machine_files
from slipway.render.rendering import Rendering, rendering
from tests.stacks.project import planned, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

STACKS = ("helpdesk-vps", "drops-launch", "mentors-vps", "videochat-vps")
each_stack = pytest.mark.parametrize("stack", STACKS)


@cache
def rendered(stack: str) -> Rendering:
    return rendering(planned(stack).plan, settings(stack))


def text(stack: str, path: str) -> str:
    (found,) = [file.content for file in rendered(stack).files if file.path == path]
    return found


def configuration(*files: Mapping[str, object]) -> str:
    return "#cloud-config\n" + yaml.safe_dump({"write_files": list(files)})


@each_stack
def test_a_reader_finds_each_file_of_the_server_under_its_path(stack: str) -> None:
    application = stack.partition("-")[0]
    paths = {file.path.removeprefix("user-data/server/") for file in rendered(stack).files}
    units = {f"etc/systemd/system/{application}-{name}@.service" for name in settings(stack).application.services}
    assert units | {"etc/nginx/nginx.conf", "etc/nftables.conf", "usr/local/lib/slipway/setup.sh"} <= paths
    assert text(stack, "user-data/server/usr/local/lib/slipway/setup.sh").startswith("#!/bin/bash")
    assert "usr/local/lib/slipway/packed" not in paths


@each_stack
def test_nginx_leads_to_each_public_service(stack: str) -> None:
    main = text(stack, "user-data/server/etc/nginx/nginx.conf")
    missing = [name for name in settings(stack).application.public_services() if f"/service-{name}.conf;" not in main]
    assert not missing


@each_stack
def test_the_user_data_is_what_the_provider_gets(stack: str) -> None:
    assert text(stack, "user-data/server.yaml").startswith("#cloud-config")
    assert yaml.safe_load(text(stack, "user-data/server.yaml"))["write_files"]


def test_a_server_s_release_is_built_without_what_the_server_has() -> None:
    script = text("helpdesk-vps", "build-release.sh")
    assert "url: https://releases.example.com/helpdesk/$name" in script
    assert "aws s3" not in script
    assert "pm2@" not in script


def test_a_release_that_the_server_builds_has_no_script_and_that_is_said() -> None:
    assert "build-release.sh" not in {file.path for file in rendered("mentors-vps").files}
    assert "build-release.sh is left out: the release is of kind git." in rendered("mentors-vps").notes


def test_a_service_with_uploads_is_told_by_which_key() -> None:
    example = text("helpdesk-vps", ".env.example")
    assert "\nAWS_REGION=eu-central-1\n" in example
    assert "\nAWS_SECRET_ACCESS_KEY=\n" in example
    assert "\nHOST=127.0.0.1\n" in example


def test_secrets_of_who_deploys_are_no_part_of_an_address() -> None:
    above, _, below = text("helpdesk-vps", ".env.example").partition("secrets of who deploys and of the server itself")
    assert "DEPLOY_KEY" not in above
    assert "# DEPLOY_KEY: secret" in below


def test_who_deploys_may_make_the_one_user_that_writes_uploads() -> None:
    policy = json.loads(text("helpdesk-vps", "deploy-policy.json"))
    users = {
        resource
        for statement in policy["Statement"]
        if "iam:CreateUser" in statement["Action"]
        for resource in statement["Resource"]
    }
    assert "arn:aws:iam::*:user/helpdesk-*" in users
    assert "arn:aws:iam::*:user/*" not in users


def test_a_file_is_read_in_every_encoding_that_cloud_init_knows() -> None:
    found = machine_files(
        configuration(
            {"path": "/a", "content": "plain"},
            {"path": "/b", "content": base64.b64encode(b"coded").decode(), "encoding": "b64"},
            {"path": "/c", "content": base64.b64encode(gzip.compress(b"small")).decode(), "encoding": "gz+b64"},
            {"path": "/d", "content": base64.b64encode(b"\xff\xfe").decode(), "encoding": "b64"},
            {"path": "/e", "content": "no base64", "encoding": "b64"},
        )
    )
    assert found == {"/a": "plain", "/b": "coded", "/c": "small"}


def test_packed_files_stand_in_the_place_of_what_they_are_packed_in() -> None:
    text_ = packed({"/etc/one": "1\n", "/etc/two": "2\n2\n"})
    assert bz2.decompress(base64.b85decode(text_))
    assert machine_files(configuration({"path": "/packed", "content": text_ + "\n"})) == {
        "/etc/one": "1\n",
        "/etc/two": "2\n2\n",
    }


@pytest.mark.parametrize("path", ["/../../x", "x", "/a/../../x", "//x", "/a\\..\\x", "/", "/c:/x"])
def test_no_file_is_written_anywhere_else(path: str) -> None:
    assert machine_files(configuration({"path": path, "content": "x"})) == {}


def test_of_a_file_and_one_below_it_the_second_is_left_out() -> None:
    files = ({"path": "/a", "content": "x"}, {"path": "/a/b", "content": "y"})
    assert machine_files(configuration(*files)) == {"/a": "x"}


@pytest.mark.parametrize("given", ["#cloud-config\n[", "#cloud-config\n- a", "#cloud-config\nwrite_files: 3"])
def test_what_is_no_such_configuration_has_no_files(given: str) -> None:
    assert machine_files(given) == {}
