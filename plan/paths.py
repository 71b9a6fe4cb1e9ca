"""Property paths in Pulumi's syntax: `tags.Name`, `ingress[0].cidrBlocks[1]`, `labels["a.b"]`."""

from __future__ import annotations

import json
import re

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def join(path: str, key: str) -> str:
    """The path of `key` below `path`; an empty `path` is the resource itself."""
    if _PLAIN_KEY.match(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
