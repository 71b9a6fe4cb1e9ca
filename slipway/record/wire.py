"""The words of Pulumi's wire format, and the JSON that a plan is made of."""

from __future__ import annotations

from pulumi.runtime import rpc

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

SECRET = "[secret]"  # noqa: S105 - what `pulumi preview --json` prints in place of one
UNKNOWN = rpc.UNKNOWN
SIGNATURE = rpc._special_sig_key  # noqa: SLF001 - the format's constants have no public name
SECRET_SIGNATURE = rpc._special_secret_sig  # noqa: SLF001
OUTPUT_SIGNATURE = rpc._special_output_value_sig  # noqa: SLF001
RESOURCE_SIGNATURE = rpc._special_resource_sig  # noqa: SLF001
ASSET_SIGNATURE = rpc._special_asset_sig  # noqa: SLF001
ARCHIVE_SIGNATURE = rpc._special_archive_sig  # noqa: SLF001
