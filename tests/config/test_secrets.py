"""No secret is taken from a file in clear, and none is repeated in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from config.services import Service
from config.values import looks_secret

if TYPE_CHECKING:
    from tests.config.conftest import Files

SECRET = "hunter2-of-all-places"  # noqa: S105 - what must not show


@pytest.mark.parametrize(
    "variable",
    [
        f"JWT_KEY_SECRET: {SECRET}",
        f"SESSION_TOKEN: {SECRET}",
        f"RESEND_API_KEY: {SECRET}",
        f"DB_PASSWORD: {SECRET}",
        f"SENTRY_DSN: {SECRET}",
        f"REPORTS_URL: postgres://app:{SECRET}@host/orders",
        f"PACKAGES: https://{SECRET}@git.example.com/packages",
        f"COMMENT: see https://app:{SECRET}@example.com",
    ],
)
def test_a_value_that_looks_secret_is_refused_and_not_repeated(files: Files, variable: str) -> None:
    files.replace(files.application, "SUPABASE_URL: https://ordersdev.supabase.co", variable)
    name = variable.partition(":")[0]
    (message,) = files.messages()
    assert f"services.api.env.{name}: given [hidden]; a secret's value may not stand in a file" in message
    assert f"pulumi config set --secret secrets:{name}" in message
    assert SECRET not in message


@pytest.mark.parametrize("written", [SECRET, "123456789", f"[{SECRET}]", f"{{value: {SECRET}}}"])
def test_a_password_where_its_name_belongs_is_refused_and_not_repeated(files: Files, written: str) -> None:
    files.replace(files.application, "password: DATABASE_PASSWORD", f"password: {written}")
    messages = "\n".join(files.messages())
    assert "data.postgres.password: given " in messages
    assert SECRET not in messages
    assert "123456789" not in messages


def test_an_address_with_a_password_in_a_wrong_place_is_not_repeated(files: Files) -> None:
    files.replace(files.application, "redis: {kind: managed}", f"redis: rediss://:{SECRET}@host:6379")
    messages = "\n".join(files.messages())
    assert "redis: given [hidden]; a mapping of settings is wanted" in messages
    assert SECRET not in messages


def test_an_unknown_key_s_value_is_not_repeated(files: Files) -> None:
    files.replace(files.application, "password: DATABASE_PASSWORD", f"passwort: {SECRET}")
    assert SECRET not in "\n".join(files.messages())


def test_a_secret_in_clear_in_the_stack_file_is_refused(files: Files) -> None:
    files.add(files.stack, f"  secrets:DATABASE_PASSWORD: {SECRET}\n")
    (message,) = files.messages()
    assert "secrets:DATABASE_PASSWORD: given a value in clear; a secret must be encrypted" in message
    assert SECRET not in message


def test_an_encrypted_secret_in_the_stack_file_is_no_fault(files: Files) -> None:
    files.add(files.stack, "  secrets:DATABASE_PASSWORD:\n    secure: v1:abc\n")
    files.read()


def test_a_declared_secret_that_nothing_uses_may_be_set(files: Files) -> None:
    files.replace(files.application, "  DATABASE_PASSWORD: {}\n", "  DATABASE_PASSWORD: {}\n  LATER_KEY: {}\n")
    files.add(files.stack, "  secrets:LATER_KEY:\n    secure: v1:abc\n")
    files.read()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("  slipway:overrides:\n    data:\n      postgres: {password: {secure: v1:abc}}\n", "postgres.password"),
        ("  slipway:overrides:\n    services:\n      api:\n        secrets: [{secure: v1:abc}]\n", "api.secrets[0]"),
        ("  slipway:tags: {secure: v1:abc}\n", "slipway:tags"),
    ],
)
def test_a_secret_among_the_settings_is_refused(files: Files, text: str, path: str) -> None:
    files.override(text)
    (message,) = files.messages()
    assert f"{path}: given secure; no secret belongs here; give its name here" in message


def test_a_tag_that_looks_secret_is_refused(files: Files) -> None:
    files.add(files.stack, f"  slipway:tags: {{deploy-token: {SECRET}}}\n")
    (message,) = files.messages()
    assert "slipway:tags.deploy-token: given [hidden]" in message
    assert SECRET not in message


@pytest.mark.parametrize(
    "value",
    [
        *(f"{start}{SECRET}" for start in ("sk_live_", "sk_test_", "rk_live_", "whsec_", "ghp_", "github_pat_")),
        *(f"xox{kind}-{SECRET}" for kind in "bap"),
        "AKIA" + "0A" * 8,
        "AIza" + "0a" * 10,
        "-----BEGIN" + " PRIVATE KEY-----",
    ],
)
def test_a_credential_of_a_known_service_looks_secret_whatever_its_name(value: str) -> None:
    assert looks_secret("GREETING", value)
    assert looks_secret("", f"key={value}")


@pytest.mark.parametrize("value", ["risk_test_1", "disk_live_migration", "AKIA", "pk_live_1", "AIza", "ghp"])
def test_a_text_that_only_resembles_a_credential_is_none(value: str) -> None:
    assert not looks_secret("GREETING", value)


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "HOME", "USER", "SHELL", "LD_PRELOAD", "LD_LIBRARY_PATH", "COMMAND", "PM2_HOME"),
        *("NODE_EXTRA_CA_CERTS", "DATA_VOLUME_ID", "SLIPWAY_TOOLS"),
    ],
)
def test_what_the_machine_needs_itself_is_no_variable_of_a_service(name: str) -> None:
    with pytest.raises(ValidationError, match=f"the machine needs {name} itself"):
        Service.model_validate({"port": 3000, "env": {name: "x"}})


@pytest.mark.parametrize("name", ["NODE_OPTIONS", "HOMEPAGE", "USERS", "DIRECT_URL", "COMMANDS", "ASSETS_PATH"])
def test_other_names_are_free(name: str) -> None:
    assert Service.model_validate({"port": 3000, "env": {name: "x"}}).env == {name: "x"}
