"""What is known of AWS's types by their ARNs: `data/aws-types.json`."""

from __future__ import annotations

import functools
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = Path(__file__).with_name("data") / "aws-types.json"
_ARN = re.compile(r"arn:[\w-]+:(?P<service>[\w-]*):(?P<region>[\w-]*):(?P<account>\d*):(?P<resource>.+?)(?::\*)?\Z")
EC2_ID = re.compile(r"[a-z]+-[0-9a-f]{8,17}\Z")  # vpc-0123456789abcdef0: given once, whatever the type, and no name
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class AwsType:
    """One type. `pattern` fits `service:resource` of its ARNs; `delete` and `import_id` are templates."""

    type: str
    pattern: re.Pattern[str]
    import_id: str = "{id}"
    path: bool = False
    delete: tuple[str, ...] = ()
    data: bool = False
    unlisted: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An ARN, read. `types` are those that it may be of: AWS gives both kinds of security group rules one form.

    `kept` says what it is where no resource of a program is ever recorded for it: a snapshot.
    """

    arn: str
    region: str
    types: tuple[AwsType, ...]
    fields: Mapping[str, str]
    kept: str = ""

    def import_id(self, kind: AwsType) -> str:
        """What the provider imports it by, as one of its types."""
        return kind.import_id.format_map(self.fields)

    def delete(self, kind: AwsType) -> tuple[str, ...]:
        """The commands that delete it, in order."""
        quoted = {key: shlex.quote(value) for key, value in self.fields.items()}
        region = f" --region {self.region}" if self.region else ""
        return tuple(_with_region(command, quoted, region) for command in kind.delete)


def read_arn(arn: str) -> Named:
    """What an ARN says; no types and no fields where it is of a kind that nothing is known of."""
    read = _ARN.match(arn)
    if read is None:
        return Named(arn, "", (), {"arn": arn})
    subject = f"{read['service']}:{read['resource']}"
    fields = {"arn": arn, "region": read["region"], "account": read["account"]}
    for pattern, what in _kept():
        if found := pattern.match(subject):
            return Named(arn, read["region"], (), {**fields, **found.groupdict()}, what)
    types = []
    for kind in known_types().values():
        if found := kind.pattern.match(subject):
            types.append(kind)
            fields |= found.groupdict()
            if kind.path and "/" in fields["id"]:
                fields["id"] = f"/{fields['id'].removeprefix('/')}"
    return Named(arn, read["region"], tuple(types), fields)


@functools.cache
def known_types() -> Mapping[str, AwsType]:
    """Each type that is known, by token."""
    return {
        each["type"]: AwsType(
            each["type"],
            _pattern(each["arn"]),
            each.get("import", "{id}"),
            each.get("path", False),
            tuple(each["delete"]),
            each.get("data", False),
            each.get("unlisted", ""),
        )
        for each in _read()["types"]
    }


@functools.cache
def _kept() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(each["arn"]), each["what"]) for each in _read()["kept"])


@functools.cache
def _read() -> dict[str, Any]:  # any JSON
    data: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return data


def _pattern(template: str) -> re.Pattern[str]:
    parts = _FIELD.split(template)  # text and names of fields in turn
    written = [
        re.escape(part) if place % 2 == 0 else f"(?P<{part}>{'.+' if part == 'id' else '[^/:]+'})"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(written) + r"\Z")


def _with_region(command: str, fields: Mapping[str, str], region: str) -> str:
    text, mark, comment = command.partition(" # ")
    return text.format_map(fields) + region + mark + comment
