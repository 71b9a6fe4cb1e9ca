"""What a package's SDK does not tell about its types: `data/`."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


_DATA = Path(__file__).with_name("data")
_ANY_KIND = "{kind}-{hex17}"
_ANY_ARN = "arn:aws:{module}:{region}:{account}:{kind}/{id}"
_AWS = "aws:"
_NOTHING: Mapping[str, Any] = {"everywhere": (), "may_replace": {}, "replace": {}, "required": {}, "sensitive": {}}
_NOT_KNOWN = ("name",)  # what replaces an object of most types, where nothing is written down
_LONGEST = 255  # characters of a name, where no bound is written down


@dataclass(frozen=True, slots=True)
class Facts:
    """One type. `replace` are the inputs whose change needs a new object: names, paths with dots, or `*` for all.

    `path.#` stands for the number of blocks there, `path<` for a change to a lower number or version alone.
    `may_replace` are those of which a provider decides in its own code, `replace_if` those whose change needs one where
    a flag is on, by the flag's name. `known` is whether any of this is written down;
    where it is not, nobody here knows what replaces one.

    `required` are the inputs that have to be given, `sensitive` those whose value is not shown: paths alike. `puts`:
    to create one that exists overwrites it in silence, always or where the input of this name is on; else it is refused
    in the words of `taken`, a template. `defaults` are the values that a provider gives to inputs that are left out.

    `computed` are values by property, `id` and `arn` among them: templates where they are texts. `autoname` is the
    property that a name is made for, of at most `longest` characters, or empty; `endings` are what such a name ends in
    where a flag is on, by the flag's name. `grows` is a number that each update raises, `renews` are the properties
    that each update makes anew. `unseen` are the inputs whose change alone the provider passes over: paths.
    """

    replace: tuple[str, ...] = ()
    may_replace: tuple[str, ...] = ()
    replace_if: Mapping[str, str] = field(default_factory=dict)
    known: bool = False
    autoname: str = "name"
    longest: int = _LONGEST
    endings: Mapping[str, str] = field(default_factory=dict)
    grows: str = ""
    renews: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    puts: bool | str = False
    taken: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    sensitive: frozenset[str] = frozenset()
    computed: Mapping[str, Any] = field(default_factory=dict)


@functools.cache
def facts_of(token: str) -> Facts:
    """The facts of a type; for one that is not written down, those that fit most."""
    known = _read("facts.json").get(token, {})
    # The large file is of AWS alone, and is not read in processes that serve other packages.
    aws = _read("aws-replacement.json") if token.startswith(_AWS) else _NOTHING
    replace = known.get("replace", aws["replace"].get(token))
    return Facts(
        replace=(*(_NOT_KNOWN if replace is None else replace), *aws["everywhere"]),
        may_replace=tuple(aws["may_replace"].get(token, ())),
        replace_if=known.get("replace_if", {}),
        known=replace is not None,
        required=tuple(aws["required"].get(token, ())),
        sensitive=frozenset((*aws["sensitive"].get(token, ()), *known.get("sensitive", ()))),
        puts=known.get("puts", False),
        taken=known.get("taken", ""),
        defaults=known.get("defaults", {}),
        autoname=known.get("autoname", "name"),
        longest=known.get("longest", _LONGEST),
        endings=known.get("endings", {}),
        grows=known.get("grows", ""),
        renews=tuple(known.get("renews", ())),
        unseen=tuple(known.get("unseen", ())),
        computed={"id": known.get("id", _ANY_KIND), "arn": known.get("arn", _ANY_ARN), **known.get("computed", {})},
    )


@functools.cache
def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return data
