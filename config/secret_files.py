"""Files that hold secrets, told by their names and, where a name may mean both, by what is in them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 1 << 16  # bytes that are looked at; keys and settings are shorter
# With `.git` comes every line that was ever committed; and another digest with every commit of something else.
_FOLDERS = frozenset({".git", ".aws", ".ssh", ".pulumi"})
_NAMES = frozenset({".netrc", ".git-credentials", ".pgpass", ".pypirc", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"})
_ENDINGS = frozenset({".p12", ".pfx", ".jks", ".keystore"})
_VARIABLES = re.compile(r"\.env(?:\..+)?")
_EXAMPLES = (".example", ".sample", ".template", ".dist")
_KEYS = frozenset({".pem", ".key"})
_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
# By the file's name: what a line with a token begins with. `${NPM_TOKEN}` is a name, not a value.
_TOKENS = {
    ".npmrc": re.compile(rb"""(?m)^[^#;\n]*_(?:authToken|auth|password)[ \t]*=[ \t]*(?!["']?\$\{)\S"""),
    ".yarnrc.yml": re.compile(rb"""(?m)^[^#\n]*npmAuth(?:Token|Ident)["']?:[ \t]*(?!["']?\$\{)\S"""),
}


def looks_secret(context: Path, path: str) -> bool:
    """Whether a file of a context most likely holds a secret. One that cannot be read is told by its name alone."""
    place = PurePosixPath(path)
    if _FOLDERS.intersection(place.parts) or place.name in _NAMES or place.suffix in _ENDINGS:
        return True
    if _VARIABLES.fullmatch(place.name):
        return not place.name.endswith(_EXAMPLES)
    if place.suffix in _KEYS:
        return bool(_PRIVATE.search(_beginning(context / path)))
    return place.name in _TOKENS and bool(_TOKENS[place.name].search(_beginning(context / path)))


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST)
    except OSError:
        return b""
