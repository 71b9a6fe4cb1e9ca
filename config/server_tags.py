"""Which tags the providers of single servers take: none but Amazon takes all that Amazon does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from config.server_plans import ServerProvider

# DigitalOcean's alphabet; Linode takes more, and 50 characters at most.
WORD: Final = re.compile(r"[A-Za-z0-9_:-]{3,255}")
LONGEST_WORD, LONGEST_AT_LINODE = 255, 50
# Hetzner's labels are those of Kubernetes.
LABEL: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")


def unfit_tag(provider: ServerProvider, key: str, value: str) -> str:
    """Why a provider does not take a tag; empty where it does."""
    if provider == "hetzner":
        return "" if is_label(key, value) else _hetzner()
    longest = {"digitalocean": LONGEST_WORD, "linode": LONGEST_AT_LINODE}.get(provider)
    if longest is None or is_word(f"{key}:{value}", longest):
        return ""
    return f"{provider} writes it as {key}:{value}, of at most {longest} letters, digits and : - _"


def is_word(word: str, longest: int = LONGEST_WORD) -> bool:
    """Whether a tag can be written as one word."""
    return WORD.fullmatch(word) is not None and len(word) <= longest


def is_label(key: str, value: str) -> bool:
    """Whether a tag can be a label."""
    return bool(key) and all(LABEL.fullmatch(each) for each in (key, value))


def _hetzner() -> str:
    return "hetzner takes at most 63 letters, digits and - _ . in key and value, a letter or digit at both ends"
