"""Tags in the forms of providers that do not take Amazon's. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.server_tags import LONGEST_AT_LINODE, LONGEST_WORD, is_label, is_word

if TYPE_CHECKING:
    from collections.abc import Mapping


def words(tags: Mapping[str, str], longest: int = LONGEST_WORD) -> list[str]:
    """Each tag as one word, `key:value`, as DigitalOcean has them. Raises `ValueError` where one cannot be."""
    found = [f"{key}:{value}" for key, value in tags.items()]
    for word in found:
        if not is_word(word, longest):
            raise ValueError(
                f"the tag {word!r} cannot be written here: letters, digits, - and _ are allowed, {longest} characters"
                " with its key at most; respell it"
            )
    return found


def short_words(tags: Mapping[str, str]) -> list[str]:
    """The same for Linode, whose tags are shorter."""
    return words(tags, LONGEST_AT_LINODE)


def labels(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags as Hetzner's labels, unchanged. Raises `ValueError` where one cannot be."""
    for key, value in tags.items():
        if not is_label(key, value):
            raise ValueError(
                f"the tag {key}={value!r} is no label here: letters, digits, -, _ and . are allowed, 63 characters"
                " at most, a letter or digit at both ends; respell it"
            )
    return dict(tags)
