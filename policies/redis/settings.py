"""Settings that name a Redis at the machine itself in other forms than an address: in files, in code, by commands."""

from __future__ import annotations

import re

_HOST = r"(?:localhost|127(?:\.\d{1,3}){1,3}|\[?::1\]?|0\.0\.0\.0|ip6-localhost|host\.docker\.internal)"
_END = r"(?=[:\\\"'`\s,;)}\]]|$)"
_QUOTE = r"[\\\"']{0,3}"
_IS = rf"{_QUOTE}[ \t]*(?:=>|[:=])[ \t]*{_QUOTE}(?:tcp://)?"
_KEY = r"(?:host|hostname|server|servers|address|addr|endpoint|endpoints|nodes|url|uri)"
_NAME = r"\w{0,40}(?:redis|valkey|keydb|dragonfly)\w{0,40}"
# JSON, JavaScript, PHP and the like in one or more lines; TOML and INI; YAML; keys by dots; calls.
_IN_FILES = re.compile(
    rf"\b{_NAME}{_QUOTE}\s*(?:=>|[:=])\s*[\[{{][^{{}}\[\]]{{0,300}}?\b{_KEY}{_IS}{_HOST}{_END}"
    rf"|^[ \t]*\[+[^\]\n]*(?:redis|valkey)[^\]\n]*\]+[^\n]*(?:\n(?![ \t]*\[)[^\n]*){{0,20}}?"
    rf"\n[ \t]*{_KEY}{_IS}{_HOST}{_END}"
    rf"|^(?P<deep>[ \t-]*){_NAME}:[ \t]*\n(?:(?P=deep)[ \t]+[^\n]*\n){{0,20}}?(?P=deep)[ \t]+{_KEY}{_IS}{_HOST}{_END}"
    rf"|\b(?:redis|valkey)\.{_KEY}{_IS}{_HOST}{_END}"
    rf"|\b{_NAME}{_IS}{_HOST}:\d+(?!\d*:\d)"
    rf"|\b(?:Strict)?(?:Redis|Valkey)(?:Cluster)?\(\s*(?:\d+\s*,\s*)?(?:host\s*=\s*)?[\"']{_HOST}[\"']"
    rf"|\b(?:Redis|createClient)\(\s*\{{[^()]{{0,200}}?\bhost[\"']?\s*:\s*[\"'`]{_HOST}[\"'`]"
    rf"|\bredis->p?connect\(\s*[\"']{_HOST}[\"']"
    rf"|\bsession\.save_path{_QUOTE}\s*=\s*{_QUOTE}tcp://{_HOST}:6379",
    re.IGNORECASE | re.MULTILINE,
)
_CACHE = re.compile(rf"\b(?:\w+_)?CACHE_HOST{_IS}{_HOST}{_END}", re.IGNORECASE)
_OTHER_CACHE = re.compile(rf"memcach|varnish|hazelcast|\b(?:\w+_)?CACHE_PORT{_IS}(?!6379\b)\d", re.IGNORECASE)
# What prints the machine's own name or address.
_ITSELF = (
    r"(?:\$\(|`)[ \t]*(?:hostname\b[^)`\n]*|ec2-?metadata[ \t]+(?:-o|-v|-h|-p|--(?:local|public)-\w+)[^)`\n]*"
    r"|[^)`\n]*169\.254\.169\.254[^)`\n]*/(?:local|public)-(?:ipv4|hostname)[^)`\n]*)[)`]"
)
_KEPT = re.compile(rf"^[ \t]*(?:export[ \t]+)?(\w+)=[\"']?{_ITSELF}", re.MULTILINE)
_NUMBERS = re.compile(
    r"\b(?:redis|valkey)s?://(?:[^@\s/\"']*@)?(?:2130706433|0x7f0*1|127\.1|0)(?=[:/?\"'\s,]|$)", re.IGNORECASE
)
_COMMENT = re.compile(r"^\s*(?:#|//|;).*$", re.MULTILINE)
_TELLING = re.compile("redis|valkey|keydb|dragonfly|cache_host|6379", re.IGNORECASE)


def names_itself(text: str) -> bool:
    """Whether a text gives a program the machine's own address as that of its Redis."""
    if not _TELLING.search(text):
        return False
    plain = _COMMENT.sub("", text)
    if _IN_FILES.search(plain) or _NUMBERS.search(plain):
        return True
    return (_CACHE.search(plain) is not None and not _OTHER_CACHE.search(plain)) or _by_command(plain)


def _by_command(text: str) -> bool:
    """Whether what a command prints of the machine itself is given, at once or by a variable."""
    own = "|".join([_ITSELF, *(rf"\$\{{?{name}\b\}}?" for name in {"HOSTNAME", *_KEPT.findall(text)})])
    setting = rf"\b\w*(?:REDIS|VALKEY|KEYDB)\w*(?:HOST|HOSTNAME|ENDPOINT|SERVER|ADDRESS|ADDR)=[\"']?(?:{own})"
    return re.search(rf"{setting}|\b(?:redis|valkey)s?://(?:[^@\s/\"']*@)?(?:{own})", text) is not None
