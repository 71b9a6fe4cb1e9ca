"""Public keys of SSH as a user writes them: one whole line of a .pub file, of a kind that is still believed."""

import base64
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from config.settings import refusal
from config.values import Matches

RSA_BITS = 3072
"""The least that an RSA key has: what ssh-keygen makes since OpenSSH 8.0 (2019) where nothing is said, and 128 bits of
strength by NIST SP 800-57 part 1, table 2."""

_KINDS = ("ssh-", "ecdsa-sha2-", "sk-")
_LENGTH = 4  # bytes that say how long each part of a key is: RFC 4251, section 5
_ED25519 = 32  # bytes of a point: RFC 8709
_POINTS = {"nistp256": 65, "nistp384": 97, "nistp521": 133}  # bytes of a point that is not compressed: RFC 5656
_NEW = "run: ssh-keygen -t ed25519, and copy the one line of the .pub file"


def key_content(key: str) -> str:
    """What tells a key from every other: without its comment."""
    return key.split(" ")[1]


def _believed(given: str) -> str:
    """Say of what people have in their files, and nobody can log in with, why that is."""
    kind, *rest = given.split(" ")
    if kind == "ssh-dss":
        raise refusal("OpenSSH has taken no DSA keys since 2015", _NEW, hide=True)
    if "-cert-v01@" in kind:
        rule = "this is a certificate, which is believed for its signer's sake, and no signer can be named here"
        raise refusal(rule, "copy the .pub file that does not end in -cert.pub", hide=True)
    if not kind.startswith(_KINDS) and any(word.startswith(_KINDS) for word in rest[:-1]):
        rule = "options stand before this key, and none are taken here: ssh.networks says from where people log in"
        raise refusal(rule, "begin with the kind of the key, as in ssh-ed25519", hide=True)
    return given


def _whole(given: str) -> str:
    """A key is made of parts that each say how long they are: what was cut, or put together of two, does not fit."""
    algorithm, text = given.split(" ")[:2]
    try:
        parts = [*_parts(base64.b64decode(text, validate=True))]
    except ValueError:
        parts = []
    if not parts or parts[0] != algorithm.encode() or not _fits(algorithm, parts[1:]):
        raise refusal(
            f"this is no whole key of the kind {algorithm}", "copy the one line of the .pub file anew", hide=True
        )
    if algorithm == "ssh-rsa" and (bits := int.from_bytes(parts[2]).bit_length()) < RSA_BITS:
        rule = f"this RSA key has {bits} bits, and fewer than {RSA_BITS} are no longer enough for years"
        raise refusal(rule, _NEW, hide=True)
    return given


def _parts(content: bytes) -> Iterator[bytes]:
    """Raises `ValueError` where the last one is cut."""
    at = 0
    while at < len(content):
        begin = at + _LENGTH
        at = begin + int.from_bytes(content[at:begin])
        if begin > len(content) or at > len(content):
            raise ValueError("a part is cut")
        yield content[begin:at]


def _fits(algorithm: str, parts: list[bytes]) -> bool:
    """Whether these are the parts of such a key, behind its kind."""
    sizes = [len(part) for part in parts]
    if algorithm == "ssh-ed25519":
        return sizes == [_ED25519]
    if algorithm == "ssh-rsa":
        return len(parts) == 2 and all(sizes)  # noqa: PLR2004  # exponent and modulus
    if algorithm.startswith("sk-"):
        return len(parts) == 2 and sizes[0] == _ED25519 and sizes[1] > 0  # noqa: PLR2004  # and for whom it was made
    curve = algorithm.rpartition("-")[2]
    return len(parts) == 2 and parts[0] == curve.encode() and sizes[1] == _POINTS[curve]  # noqa: PLR2004


PublicKey = Annotated[
    str,
    AfterValidator(_believed),
    Matches(
        r"(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|ssh-rsa)"
        r" [A-Za-z0-9+/]{40,1500}={0,3}(?: [A-Za-z0-9 ._@+-]{1,100})?",
        "a public key of SSH is wanted, as the file that ends in .pub has it",
        _NEW,
        hide=True,  # who pastes the private one shall not find it in a log
    ),
    AfterValidator(_whole),
]
