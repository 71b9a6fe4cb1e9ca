"""Expressions of Cloudflare's rules language over the paths of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = "http.request.uri.path"
EVERYTHING = "true"


def outside_paths(paths: Iterable[str], folders: Iterable[str]) -> str:
    """Every request but those for one of the paths or below one of the folders."""
    inside = [*_among(_PATH, paths), *_below(folders)]
    return f"not ({' or '.join(inside)})" if inside else EVERYTHING


def in_sets(extensions: Iterable[str], folders: Iterable[str]) -> str:
    """Requests for files that end so, or that lie below one of the folders."""
    return f"({' or '.join([*_among(f'{_PATH}.extension', extensions), *_below(folders)])})"


def quoted(text: str) -> str:
    """A text as a string of the language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _among(field: str, values: Iterable[str]) -> list[str]:
    listed = " ".join(map(quoted, values))
    return [f"{field} in {{{listed}}}"] if listed else []


def _below(folders: Iterable[str]) -> list[str]:
    return [f"starts_with({_PATH}, {quoted(folder)})" for folder in folders]
