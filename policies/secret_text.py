"""Secrets in plain text, told by their form, by the name that they stand under, or by the command that takes them.

What is found is described, never quoted: no part of a secret leaves this module.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections import Counter
from typing import TYPE_CHECKING

from policies.encoded import embedded
from policies.logins import logins
from policies.secret_names import is_open, shown_to_all, tells_of_a_secret
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAWN = 3.5  # bits for each letter; words have less
_OF_LOTS = ("KEY", "_AUTH", "_SALT", "_PEPPER")  # ends of names under which what is drawn by lot is a secret
_LONG = re.compile(r"(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w+/=.-]{20,}|[0-9a-f]{32,}")
# What may be meant for everybody: where its name says so, it is.
_MADE_FOR_ALL = frozenset({"a Google API key", "a JSON web token"})
# What stands for a value that is put in later: a variable, a substitution, a template's gap, a path, a reference.
_LATER = re.compile(
    rf"[$<`%{{{MARK}!*]|\"?\$|/[^\s/]+/|arn:|ssm:|file:|op://|vault:|\.\.\.|x+$|(?:true|false|yes|no|on|off|null|none)$"
    r"|process\.env|os\.environ|env\(|\d{1,5}$",
    re.IGNORECASE,
)
# The name of a secret in a store: prod/jwt. What is drawn by lot has capitals and figures in between.
_PLACE = re.compile(r"[a-z]+\d{0,2}(?:[-_.][a-z]+\d{0,2})*(?:/[a-z]+\d{0,2}(?:[-_.][a-z]+\d{0,2})*)+")

# What it is, the words of which one is in it, and its form. To look for words is fast, to look for forms is not.
_SHAPES = tuple(
    (what, tuple(words.split()), re.compile(form))
    for what, words, form in (
        (
            "a private key",
            "PRIVATE AGE-SECRET-KEY-1",
            r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|AGE-SECRET-KEY-1[0-9A-Z]{20,}",
        ),
        ("an AWS access key", "AKIA ASIA", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        ("a GitHub token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
        ("a GitLab token", "glpat-", r"\bglpat-[\w-]{20,}"),
        ("a Slack token", "xox slack", r"\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w{8,}"),
        ("a Stripe key", "k_live_ whsec_", r"\b[sr]k_live_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z+/]{24,}"),
        ("a key of an AI service", "sk-", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}"),
        ("a Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
        ("a SendGrid key", "SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
        ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
        ("a PyPI token", "pypi-", r"\bpypi-AgEI[\w-]{20,}"),
        ("a DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}"),
        ("a Vault token", "hvs.", r"\bhvs\.[\w-]{24,}"),
        ("a JSON web token", "eyJ", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    )
)
_SHORTEST = 15  # characters of the shortest of them
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'?#]*:([^\s@/\"'?#]+)@", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?<![\w$-])(?P<open>[\"']?)(?P<name>[A-Za-z_][\w.-]{2,60})(?P<close>[\"']?)"
    r"(?P<sign>[ \t]*(?:=>|:=|=|:(?=[ \t\"']))[ \t]*)"
    r"(?:\"(?P<double>[^\"\n]*)\"(?![.\w(])|'(?P<single>[^'\n]*)'(?![.\w(])|(?P<bare>[^\s;&|\"',(){}\[\]]+)(?=\s|;|&|\||$))"
)
# Words of a program, not of a configuration: a type, or what another name holds.
_CODE = re.compile(
    r"(?:str|bytes|string|int|any|object|self|none|optional)$|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$|.*:$"
)
_TAKEN = re.compile(
    r"--(?:[a-z]+-)*(?:password|passwd|secret|token|requirepass|api-key|secret-key)[= ]+(?P<flag>[^\s;&|]+)"
    r"|\b(?:requirepass|masterauth)\s+(?P<redis>\S+)"
    r"|\b(?:IDENTIFIED\s+BY|PASSWORD)\s+[\"'](?P<sql>[^\"'\n]+)[\"']"
    r"|\b(?:curl|wget)\b[^\n;|&]*\s(?:-u|--user)[= ]+[\"']?[^\s:\"']+:(?P<user>[^\s\"']+)"
    r"|\bmysql\w*\b[^\n;|&]*\s-p(?P<mysql>[^\s\"';]+)"
    r"|jdbc:oracle:\w+:[^\s/@\"']+/(?P<oracle>[^\s@\"']+)@"
    r"|(?:://|jdbc:)[^\s\"']*[?&](?:password|passwd|pwd|secret|access_token|api_?key)=(?P<query>[^\s&;#\"']+)"
    r"|\bconfigure\s+set\s+(?:\S+\.)?aws_(?:secret_access_key|session_token)\s+(?P<aws>[^\s;&|]+)"
    r"|:_(?:authToken|password|auth)[ \t]*=[ \t]*(?P<npm>[^\s\"';&|]+)"
    r"|\b(?:machine\s+\S+|default)\s+login\s+\S+\s+password\s+(?P<netrc>\S+)"
    r"|\b(?:docker|podman|nerdctl|buildah|registry)[ \t]+login\b[^\n;|&]*\s-p[= ]*(?P<login>[^\s;|&]+)"
    r"|\b(?:redis|valkey)-cli\b[^\n;|&]*\s-a[ \t]+(?P<cli>[^\s;|&]+)"
    r"|\bsshpass\s+(?:-v\s+)?-p[ \t]*(?P<ssh>[^\s;|&]+)"
    r"|\b(?:psql|pg_\w+)\b[^\n;|&]*\bpassword=(?P<psql>[^\s\"';|&]+)"
    r"|\bmysqladmin\b[^\n;|&]*\spassword[ \t]+(?P<admin>[^\s;|&]+)"
    r"|\bhtpasswd[ \t]+(?=(?:[^\n;|&]*\s)?-[A-Za-z]*(?-i:b)[A-Za-z]*\s)[^\n;|&]*?\s"
    r"(?P<web>[^\s;|&>]+)[ \t]*(?=[;|&>\n]|\Z)"
    r"|\bnet[ \t]+user[ \t]+[^\s/]+[ \t]+(?P<windows>[^\s/;|&][^\s;|&]*)(?=[ \t]*(?:/|\n|\Z))"
    r"|\bopenssl[ \t]+(?:enc|aes|des)\b[^\n;|&]*\s-k[ \t]+(?P<cipher>[^\s;|&]+)"
    r"|\s-pass(?:in|out)?[ \t]+pass:(?P<passed>[^\s;|&]+)"
    r"|\bBearer\s+(?=[^\s\"']*\d)(?P<bearer>[\w.~+/-]{8,}=*)",
    re.IGNORECASE,
)
_BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/]{6,}={0,2})(?![\w+/=])")


def plain_secret(name: str, value: str) -> str:
    """What a text under a name is, where it is a secret: "a GitHub token", "a value of DB_PASSWORD"; else empty.

    It is one too where it holds one: settings in JSON, the text of a connection, a header.
    """
    shown = shown_to_all(name) or is_open(name)
    found = next((what for what in _held(value) if not (shown and what in _MADE_FOR_ALL)), "")
    if found:
        return found
    if not value.strip() or _LATER.match(value.strip()) or _PLACE.fullmatch(value.strip()):
        return ""
    mixed = name.upper().endswith(_OF_LOTS) and not shown and drawn(value.removeprefix("base64:"))
    named = tells_of_a_secret(name) or mixed
    return f"a value of {name}" if named else ""


def _held(value: str) -> Iterator[str]:
    """What is secret in a text by itself, and in what it holds in base64."""
    yield from written(value)
    for inner in embedded(value):
        yield from written(inner)


def shaped(text: str) -> Iterator[str]:
    """What is secret in a text by its form alone, described."""
    if len(text) >= _SHORTEST:
        for what, words, form in _SHAPES:
            if any(word in text for word in words) and form.search(text):
                yield what
    for match in _URL.finditer(text) if "://" in text else ():
        password = match[1]
        if password.startswith(MARK) or not _LATER.match(password):
            yield "a password in an address"


def written(text: str) -> Iterator[str]:
    """What is secret in a script or a configuration without wrappings, described."""
    yield from shaped(text)
    text = text.replace('\\"', '"')  # as JSON inside of a text is written
    yield from _assigned(text)
    for match in _TAKEN.finditer(text):
        given = next(value for value in match.groups() if value).strip("\"'")
        if given and not _LATER.match(given):
            yield "a password in a command"
    for match in _BASIC.finditer(text):
        if _is_login(match[1]):
            yield "a password in a header"
    for password in logins(text):
        if not _LATER.match(password):
            yield "the password of a login"


def _is_login(packed: str) -> bool:
    """Whether base64 holds a name and a password, as the header of basic authentication does."""
    try:
        name, sign, password = b64decode(packed + "=" * (-len(packed) % 4)).decode().partition(":")
    except ValueError:
        return False
    return bool(name and sign and password) and (name + password).isprintable()


def _assigned(text: str) -> Iterator[str]:
    for match in _ASSIGNED.finditer(text):
        value = match["double"] or match["single"] or _bare(match)
        if re.search(r"\w", value) and tells_of_a_secret(match["name"]) and not _LATER.match(value):
            yield f"a value of {match['name']}"


def _bare(match: re.Match[str]) -> str:
    """A value without quotes; empty where it is a name in a program: below a quoted key, or before a semicolon."""
    value = match["bare"] or ""
    spaced = match["sign"] != match["sign"].strip() and match.string[match.end() : match.end() + 1] == ";"
    return "" if (match["open"] and match["close"]) or spaced or _CODE.match(value.lower()) else value


def drawn(value: str) -> bool:
    """Whether a text looks drawn by lot: long, of mixed letters and figures, none much more common than others."""
    if not _LONG.fullmatch(value):
        return False
    shares = [number / len(value) for number in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) > _DRAWN
