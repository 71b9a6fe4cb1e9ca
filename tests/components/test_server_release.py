"""What bringing a release to a server guarantees."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING

import pulumi
import pytest

from plan.model import Secret
from tests.components.planning import the_part

if TYPE_CHECKING:
    import pulumi_command as command_sdk

    from components.server.server_release import ServerReleaseArgs
    from plan.graph import Graph
    from plan.model import Resource

TOLD: ServerReleaseArgs = {"server_id": "1", "address": "203.0.113.7", "private_key": "key", "document": "{}"}
every_release = pytest.mark.parametrize("name", ["server-release", "server-release-unchecked"])


def command(parts: Graph, name: str = "server-release") -> Resource:
    return the_part(parts, name, "Command")


def connection(monkeypatch: pytest.MonkeyPatch, told: ServerReleaseArgs) -> command_sdk.remote.ConnectionArgs:
    """How a server is reached. The plan shows nothing of it, so it is asked for where secrets stay what they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the SDK warns of its own modules while they are loaded
        module = importlib.import_module("components.server.server_release")
    monkeypatch.setattr(pulumi.Output, "secret", lambda value: value)
    made: command_sdk.remote.ConnectionArgs = module._connection(told)
    return made


@every_release
def test_the_document_goes_over_standard_input_and_is_secret(parts: Graph, name: str) -> None:
    assert isinstance(command(parts, name).inputs["stdin"], Secret)
    assert "environment" not in command(parts, name).inputs


@every_release
def test_the_key_is_secret(parts: Graph, name: str) -> None:
    told = command(parts, name).inputs["connection"]
    assert isinstance(told, Secret)
    assert told.below == (".privateKey",)


def test_neither_document_nor_key_stands_anywhere_in_the_plan(parts: Graph) -> None:
    assert "server-release-command" in repr(parts.plan)
    assert "key-of-the-example" not in repr(parts.plan)
    assert "document-of-the-example" not in repr(parts.plan)


def test_no_output_of_the_component_has_what_went_in(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:server:ServerRelease") if found.name == "server-release"]
    assert set(owner.outputs) == {"done"}


@every_release
def test_no_command_line_differs_from_one_release_to_the_next(parts: Graph, name: str) -> None:
    said = "cloud-init status --wait >/dev/null && sudo /usr/local/lib/slipway/release.py deploy"
    assert command(parts, name).inputs["create"] == said
    assert "update" not in command(parts, name).inputs
    assert "delete" not in command(parts, name).inputs


def test_another_server_is_told_again(parts: Graph) -> None:
    assert command(parts).inputs["triggers"] == ["server-1"]
    assert command(parts, "server-release-unchecked").inputs["triggers"] == ["server-2"]


def test_a_host_key_that_is_given_is_the_only_one_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert connection(monkeypatch, {**TOLD, "host_key": "ssh-ed25519 AAAA"}).host_key == "ssh-ed25519 AAAA"
    assert connection(monkeypatch, TOLD).host_key is None


def test_who_deploys_logs_in_by_key_and_a_new_server_has_minutes_until_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = connection(monkeypatch, TOLD)
    assert (found.user, found.host, found.private_key) == ("deploy", "203.0.113.7", "key")
    assert found.password is None
    dials, seconds = found.dial_error_limit, found.per_dial_timeout
    assert isinstance(dials, int)
    assert isinstance(seconds, int)
    assert dials * seconds >= 600


@every_release
def test_what_the_last_run_printed_is_not_handed_to_the_next(parts: Graph, name: str) -> None:
    assert command(parts, name).inputs["addPreviousOutputInEnv"] is False
