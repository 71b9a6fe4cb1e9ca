"""Texts that a plan puts where many read them: files, settings, items, messages, code at the edge, records of DNS."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from plan.model import Secret
from policies.inputs import Field, made
from policies.instructions import document
from policies.user_data import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph

Kept = tuple[str, Field]
"""The name that a text stands under, or none, and the text."""

_FILES: Final = ("aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2")
# What is shown to visitors speaks of passwords without holding one.
_SHOWN: Final = re.compile(r"\.(?:html?|m?js|css|svg|md|map)$|i18n|locale|lang|translation|messages", re.IGNORECASE)
_DOCUMENTS: Final = (
    ("aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion", "content"),
    ("aws:cloudwatch/eventTarget:EventTarget", "input"),
    ("aws:cloudfront/function:Function", "code"),
)
_PAIRS: Final = (
    ("aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey", "key", "value"),
    ("cloudflare:index/workersKv:WorkersKv", "keyName", "value"),
)
_RECORDS: Final = ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record")
_ITEM: Final = "aws:dynamodb/tableItem:TableItem"


def kept_texts(graph: Graph) -> Iterator[Kept]:
    """Each of them that the plan tells. What is secret or unknown is nobody's to see."""
    for name, field in _told(graph):
        if not isinstance(field.value, Secret):
            yield name, field


def _told(graph: Graph) -> Iterator[Kept]:
    for file in made(graph, *_FILES):
        if not _SHOWN.search(file["key"].text() or file.resource.name):
            yield from _parts(file["content"])
    for kind, name in _DOCUMENTS:
        for each in made(graph, kind):
            yield from _parts(each[name])
    for kind, key, value in _PAIRS:
        for each in made(graph, kind):
            yield (each[key].text() or "").rpartition("/")[2], each[value]
    for record in made(graph, *_RECORDS):
        if record["type"].among({"TXT"}):
            yield from (("", record[name]) for name in ("content", "value"))
    for item in made(graph, _ITEM):
        yield from _attributes(item["item"])


def _parts(field: Field) -> Iterator[Kept]:
    yield from ((each.name, each.value) for each in document(field))


def _attributes(field: Field) -> Iterator[Kept]:
    """The texts of an item by the names of its attributes, which have the types of their values in between."""
    try:
        tree = json.loads(script(field).text)
    except (ValueError, RecursionError):
        return
    for name, typed in tree.items() if isinstance(tree, Mapping) else ():
        value = typed.get("S") if isinstance(typed, Mapping) else None
        if isinstance(value, str):
            yield str(name), Field(field.resource, field.path, value)
