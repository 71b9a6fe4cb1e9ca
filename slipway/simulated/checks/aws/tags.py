"""Tags: what every service of AWS demands of them, and IAM besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked

_MOST = 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
# Services that do not tell upper from lower case in keys.
_CASELESS = ("aws:iam/",)
# Services that do not take every character, as their references say.
_STRICT = (
    *("aws:acm/", "aws:cloudfront/", "aws:cloudwatch/logGroup:", "aws:ecs/", "aws:iam/", "aws:lb/", "aws:rds/"),
    *("aws:s3/bucket:", "aws:secretsmanager/", "aws:ssm/", "aws:wafv2/"),
)
_CHARACTERS = re.compile(r"[\w\s.:/=+\-@]*")  # letters and digits of every script, and these
_SHOWN = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"


def check_tags(asked: Asked) -> None:
    """Raise `ApiError` for tags that a thing cannot have: its own and those of the provider."""
    own = asked.inputs.get("tags")
    if not isinstance(own, dict):
        own = {}
    if "tags" not in asked.inputs and not asked.default_tags:
        return
    tags = {**asked.default_tags, **own}
    if len(tags) > _MOST:
        raise ApiError(f"TagLimitExceeded: The maximum number of tags for a resource is {_MOST}")
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise ApiError("InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use")
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise ApiError(
                f"InvalidParameterValue: Tag key exceeds the maximum length of {_LONGEST_KEY} characters: {key}"
            )
        if len(str(value)) > _LONGEST_VALUE:
            raise ApiError(f"InvalidParameterValue: Tag value exceeds the maximum length of {_LONGEST_VALUE}: {value}")
        if asked.token.startswith(_STRICT):
            _check_characters(key, str(value))
    if asked.token.startswith(_CASELESS) and len({key.lower() for key in tags}) < len(tags):
        raise ApiError("InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.")


def _check_characters(key: str, value: str) -> None:
    for what, text in (("key", key), ("value", value)):
        if not _CHARACTERS.fullmatch(text):
            raise ApiError(
                f"ValidationError: Value '{text}' of a tag's {what} failed to satisfy constraint: Member must satisfy "
                f"regular expression pattern: {_SHOWN}"
            )
