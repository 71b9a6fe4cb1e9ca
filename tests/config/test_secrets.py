"""No secret is taken from a file in clear, and none is repeated in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
