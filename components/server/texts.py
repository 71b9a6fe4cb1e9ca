"""Texts for machines made from templates, and programs packed so that they fit."""

from __future__ import annotations

import ast
import base64
import bz2
import io
import json
import shlex
import tokenize
from importlib import resources
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

END = "END_7f3a"  # stands alone on no line of a file that is written
_MARK = "==> "


def render(folder: Path, name: str, values: Mapping[str, object]) -> str:
    """A template's text. A name that the template does not know is an error, never an empty text."""
    environment = jinja2.Environment(  # noqa: S701  # shell scripts and units are no HTML
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"sh": shlex.quote, "json": compact, "whole": whole}
    return environment.get_template(name).render(values)


def compact(value: object) -> str:
    """JSON on one line, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def whole(content: str) -> str:
    """Content for a here-document that ends with `END`, which stands on no line of it."""
    if END in content.split("\n"):
        raise ValueError(f"a file for a machine may not hold the line {END}: it ends the file")
    return content


def packed(files: Mapping[str, str]) -> str:
    """Files in one text, each below a line `==> PATH`, in base85 of bzip2: what rules about machines read through.

    bzip2 packs to the same bytes everywhere. Zlib does not, and other bytes would be other machines.
    """
    if any(line.startswith(_MARK) for content in files.values() for line in content.split("\n")):
        raise ValueError(f"no line of a packed file may begin with {_MARK.strip()}: there another one begins")
    text = "".join(f"{_MARK}{path}\n{content}" for path, content in files.items())
    return base64.b85encode(bz2.compress(text.encode(), 9)).decode()


def bare_javascript(name: str) -> str:
    """A program of this room's templates without comments on lines of their own and without empty lines."""
    text = (resources.files("components.server") / "templates" / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines(keepends=True) if line.strip())
    return "".join(line for line in lines if not line.lstrip().startswith("//"))


def bare_python(source: str, *, without: Collection[str] = ()) -> str:
    """The same program without docstrings, comments and empty lines, and without some of its functions."""
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name in without:
            _clear(lines, node)
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            text = node.body[0]
            _clear(lines, text)
            if len(node.body) == 1:
                lines[text.lineno - 1] = " " * text.col_offset + "pass\n"
    return "".join(line for line in lines if line.strip())


def _clear(lines: list[str], node: ast.stmt) -> None:
    """Empty the lines of a part of a program."""
    last = node.end_lineno or node.lineno
    lines[node.lineno - 1 : last] = [""] * (last - node.lineno + 1)
