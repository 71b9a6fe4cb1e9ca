"""Names that tell whether a value under them is a secret, as far as names can."""

from __future__ import annotations

import re
from itertools import pairwise

from policies.sighting import word_set

_TELLING = frozenset({"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "CREDENTIALS", "APIKEY"})
_NAMES = frozenset({"ARN", "ARNS", "ID", "NAME"})
_AT_THE_END = frozenset({"PASS", "PWD"})  # SMTP_PASS; inside of a name it may be anything
_JOINED = ("PASSWORD", "PASSWD", "APIKEY", "AUTHTOKEN", "SECRETKEY", "ACCESSKEY", "PRIVATEKEY")
_KEYS = frozenset(
    {"API", "ACCESS", "SECRET", "PRIVATE", "SIGNING", "ENCRYPTION", "MASTER", "AUTH", "SERVICE", "ACCOUNT"}
)
# What a key before which this stands opens: nothing, it names something or is meant to be seen.
_OPEN_KEYS = word_set(
    "SITE OBJECT PUBLIC PUBLISHABLE ANON PRIMARY FOREIGN PARTITION SORT RANGE ROUTING IDEMPOTENCY SHARD TRANSLATION"
)
_OPEN_TOKENS = word_set("REQUEST IDEMPOTENCY NEXT PAGE CONTINUATION CSS DESIGN")
# What builders put into the pages that everybody gets.
_SHOWN_TO_ALL = re.compile(r"(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|GATSBY|VUE_APP)_")
# The last word of a name that says of a secret where it lies or how it is used, not what it is.
_ABOUT = word_set(
    "ADDRESS AGE ALG ALGO ALGORITHM ARN ARNS ATTEMPTS ATTRIBUTE AUDIENCE AUTHENTICATION AUTHORITY BACKEND BUCKET "
    "BYTES CACHE CHARACTERS CHARS CHARSET CLAIM CLASS COLLECTION COLUMN COMMAND COMPLEXITY "
    "COOKIE COST COUNT COUNTER DAYS DEADLINE DELAY DIR DIRECTORY DISABLED DOMAIN DRIVER DURATION "
    "ENABLE ENABLED ENCODER ENCODING ENDPOINT ENGINE EXCHANGE EXPIRATION EXPIRE EXPIRES EXPIRY FIELD FILE FLOW "
    "FOLDER FORM FORMAT FREQUENCY GENERATOR GRACE GRANT GROUP GUARD HANDLER HASH HASHER HASHING HEADER HINT HISTORY "
    "HOST HOSTNAME HOURS ID IDS INDEX INTERVAL INTROSPECTION ISSUER ITERATIONS KIND LABEL LEEWAY LENGTH LIFESPAN "
    "LIFETIME LIMIT LINK LOCATION MANAGER MAPPING MAX MECHANISM METHOD MIN MINUTES MODE MODEL MODULE MS NAME "
    "NAMES NAMESPACE NETWORK OFFSET PAGE PARAM PARAMETER PATH PATTERN PERIOD PLACEHOLDER PLUGIN POLICY POOL "
    "PORT PREFIX PROMPT PROTOCOL PROVIDER PURPOSE QUEUE QUOTA RATE REDIRECT REF REFERENCE REFRESH REGEX REGION "
    "RENEWAL REQUIRED RESET RESOLVER RESOURCE RETENTION RETRIES ROLE ROTATION ROUNDS ROUTE SCHEMA SCHEME SCOPE "
    "SCOPES SECONDS SELECTOR SIZE SOURCE STANDARD STATUS STORAGE STORE STRATEGY STRENGTH SUBJECT SUFFIX "
    "SUPPLY SYMBOL TABLE TEMPLATE THRESHOLD TIMEOUT TITLE TOPIC TRANSPORT TTL TYPE URI URL USAGE USE "
    "USERNAME VALIDATION VALIDATOR VALIDITY VERIFICATION VERIFIER VERSION WINDOW"
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def tells_of_a_secret(name: str) -> bool:
    """Whether a value under this name is a secret: `DB_PASSWORD`, `apiKey`; not `TOKEN_TTL` or `SECRET_ARN`.

    The last word says what the value is; a number behind it says which one.
    """
    words = _words(name)
    if not words or words[-1] in _ABOUT or _is_open(name, words):
        return False
    if words[-1] in _AT_THE_END or _TELLING & set(words) or any(word.endswith(_JOINED) for word in words):
        return True
    return any(word == "KEY" and before in _KEYS for before, word in pairwise(words))


def _is_open(name: str, words: list[str]) -> bool:
    """Whether a name is of a key or a token that is meant to be seen, or of how people get a new password."""
    last, before = words[-1], set(words[-2:-1])
    if last.startswith("KEY"):
        return bool(before & _OPEN_KEYS) or "PUBLIC" in words or shown_to_all(name)
    if last.startswith("TOKEN"):
        return bool(before & _OPEN_TOKENS) or "PUBLIC" in words or shown_to_all(name)
    return "RESET" in words[:-1] and last not in _TELLING


def shown_to_all(name: str) -> bool:
    """Whether a variable of this name is put into the pages that everybody gets, as `NEXT_PUBLIC_API_KEY` is."""
    return _SHOWN_TO_ALL.match(name.upper()) is not None


def is_open(name: str) -> bool:
    """Whether a name is of a key or a token that is meant to be seen: `RECAPTCHA_SITE_KEY`, `PUBLIC_KEY`."""
    words = _words(name)
    return bool(words) and _is_open(name, words)


def _words(name: str) -> list[str]:
    """The words of a name in capitals, without numbers behind it."""
    words = [word.upper() for word in _WORDS.findall(name)]
    while words and words[-1].isdecimal():
        words.pop()
    return words


def names_one(name: str) -> bool:
    """Whether a value under this name names a secret and is none, as `DB_SECRET_ARN` does. An address may hold one."""
    words = [word.upper() for word in _WORDS.findall(name)]
    return bool(words) and words[-1] in _NAMES
