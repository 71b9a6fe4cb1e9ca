"""The public key of an age identity, so that a stack names one key and never two that do not belong together.

An identity is an X25519 key in Bech32 (age-encryption.org/v1, RFC 7748, BIP 173), as age-keygen writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SECRET, _PUBLIC = "age-secret-key-", "age"
_CHECKSUM = 6  # signs
_BYTES, _BITS, _SIGN_BITS = 32, 8, 5
_PRIME = 2**255 - 19
_A24 = 121665
_BASE = 9


def recipient(identity: str) -> str:
    """The public key (`age1…`) of an identity (`AGE-SECRET-KEY-1…`). Raises `ValueError`, which does not say it."""
    text = identity.strip()
    mark, _, signs = text.lower().rpartition("1")
    values = [_SIGNS.find(sign) for sign in signs]
    right = text == text.upper() and mark == _SECRET and -1 not in values
    if not right or _polymod([*_spread(_SECRET), *values]) != 1:
        raise ValueError("it is no identity of age: AGE-SECRET-KEY-1 and 58 signs, which age-keygen writes")
    scalar = _regrouped(values[:-_CHECKSUM], _SIGN_BITS, _BITS)
    if len(scalar) != _BYTES:
        raise ValueError("it is no identity of age: it has another length than age-keygen writes")
    return _spelt(_PUBLIC, _public(bytes(scalar)))


def _public(scalar: bytes) -> bytes:
    """X25519 with the base point, by the ladder of RFC 7748."""
    number = int.from_bytes(scalar, "little") & ~7 & ((1 << 254) - 1) | 1 << 254
    x2, z2, x3, z3 = 1, 0, _BASE, 1
    for place in reversed(range(255)):
        bit = number >> place & 1
        if bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        total, less = (x2 + z2) % _PRIME, (x2 - z2) % _PRIME
        square, other = total * total % _PRIME, less * less % _PRIME
        high, low = (x3 - z3) * total % _PRIME, (x3 + z3) * less % _PRIME
        x3, z3 = (high + low) ** 2 % _PRIME, _BASE * (high - low) ** 2 % _PRIME
        apart = (square - other) % _PRIME
        x2, z2 = square * other % _PRIME, apart * (square + _A24 * apart) % _PRIME
        if bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
    return (x2 * pow(z2, _PRIME - 2, _PRIME) % _PRIME).to_bytes(_BYTES, "little")


def _spelt(mark: str, content: bytes) -> str:
    values = _regrouped(content, _BITS, _SIGN_BITS)
    rest = _polymod([*_spread(mark), *values, *[0] * _CHECKSUM]) ^ 1
    check = [rest >> _SIGN_BITS * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    return f"{mark}1{''.join(_SIGNS[value] for value in [*values, *check])}"


def _regrouped(values: Sequence[int], before: int, after: int) -> list[int]:
    """The same bits in groups of another size; what does not fill the last byte is left out."""
    bits = "".join(f"{value:0{before}b}" for value in values)
    if after == _BITS:
        bits = bits[: len(bits) // _BITS * _BITS]
    return [int(bits[at : at + after].ljust(after, "0"), 2) for at in range(0, len(bits), after)]


def _spread(mark: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in mark), 0, *(ord(sign) & 31 for sign in mark)]


def _polymod(values: Sequence[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for place, each in enumerate(_GENERATOR):
            found ^= each if top >> place & 1 else 0
    return found
