"""The address of a database out of an environment variable, as libpq's own: no command line has a password."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# What an address may say behind its question mark, and libpq's variable for it.
_PARAMETERS = {
    "application_name": "PGAPPNAME",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "gssencmode": "PGGSSENCMODE",
    "hostaddr": "PGHOSTADDR",
    "options": "PGOPTIONS",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full"


class AddressError(Exception):
    """An address that cannot be used. The message shows no part of it that may be secret."""


def environment(variable: str, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program of PostgreSQL's that shall work on the database that `variable` names.

    What else stood there for libpq is left out: half of it would be of another database.
    """
    if not _VARIABLE.fullmatch(variable):
        raise AddressError(
            "an address was given where the name of an environment variable is wanted, because everybody on this"
            " machine can read command lines. Export the address, and give the variable's name."
        )
    if not (address := given.get(variable, "")):
        raise AddressError(f"{variable} is not set. Export the address of the database: {_FORM}.")
    kept = {name: value for name, value in given.items() if not name.startswith("PG") or name.startswith("PG_")}
    return {**kept, **_variables(variable, address)}


def _variables(variable: str, address: str) -> dict[str, str]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise AddressError(f"{variable}: this is no address. It is written {_FORM}.") from None
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or "," in parts.netloc:
        raise AddressError(f"{variable}: the address of one PostgreSQL is wanted, as in {_FORM}.")
    if not (name := unquote(parts.path.removeprefix("/"))):
        raise AddressError(f"{variable}: the address names no database. Write it behind the host, as in {_FORM}.")
    found = {
        "PGHOST": unquote(parts.hostname),
        "PGPORT": str(port or 5432),
        "PGDATABASE": name,
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key not in _PARAMETERS:
            raise AddressError(
                f"{variable}: {key} says nothing to libpq. Take it out; these it knows: {', '.join(_PARAMETERS)}."
            )
        if key == "sslmode" and value not in _SSL_MODES:
            raise AddressError(f"{variable}: sslmode is one of {', '.join(_SSL_MODES)}. Write verify-full.")
        found[_PARAMETERS[key]] = value
    return {**_authorities(found), **found}


def _authorities(found: Mapping[str, str]) -> dict[str, str]:
    """Where this machine has the public authorities, which libpq does not look for by itself."""
    own = Path(os.path.expanduser("~/.postgresql/root.crt"))  # noqa: PTH111 - a home that nobody knows is no error here
    if not found.get("PGSSLMODE", "").startswith("verify-") or "PGSSLROOTCERT" in found or own.exists():
        return {}
    known = ssl.get_default_verify_paths().cafile
    return {"PGSSLROOTCERT": known} if known else {}
