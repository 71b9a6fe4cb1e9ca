"""The environment of an application's services, as a file `.env.example` that dotenv reads. Pure text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.frontend import ViteFrontend
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.stack import StackSettings
    from config.variables import Secret

_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_HOLD_SECRETS = frozenset({Source.POSTGRES_URL, Source.POSTGRES_PASSWORD, Source.REDIS_URL})
_SET = "pulumi config set --secret secrets:"


def env_example(stack: StackSettings) -> str:
    """Every variable of every service and of the frontend's build, each below a comment that says where it is from.

    Values are those of the stack as far as they are known before deployment and not secret. A name that an earlier
    service has too stands there as a comment: in one file it can have one value only.
    """
    written: set[str] = set()
    lines = [f"# The environment of {stack.app}, as {stack.environment} has it. Copy it to .env and fill it in."]
    for name in stack.application.services:
        lines += ["", f"# -- service {name}"]
        for variable, value, what in _of_service(stack, name):
            lines += [f"# {what}", _assignment(variable, value, repeated=variable in written)]
            written.add(variable)
    lines += _frontend(stack, written)
    lines += _unread(stack, written)
    return "\n".join(lines) + "\n"


def _of_service(stack: StackSettings, name: str) -> Iterator[tuple[str, str, str]]:
    """Name, value and kind of each variable."""
    service = stack.application.services[name]
    known = stack.known_variables(name)
    for variable, source in {"PORT": Source.PORT, **service.derived}.items():
        value = known.get(variable, "")
        after = "" if variable in known else "; known after deployment"
        secret = ", holds a secret" if source in _HOLD_SECRETS else ""
        yield variable, value, f"derived from {source.value}{secret}{after}"
    for variable, value in service.env.items():
        yield variable, value, "plain"
    for variable in service.secrets:
        yield variable, "", _secret(variable, stack.application.secrets[variable])


def _secret(name: str, secret: Secret) -> str:
    if secret.generate:
        return "secret, generated at the first deployment"
    optional = "optional, " if secret.optional else ""
    return f"secret, {optional}at least {secret.min_length} characters: {_SET}{name}"


def _frontend(stack: StackSettings, written: set[str]) -> list[str]:
    frontend = stack.application.frontend
    if not isinstance(frontend, ViteFrontend):
        return []
    value = stack.backend_url()
    after = "" if value else "; known after deployment: the output url"
    return [
        "",
        f"# -- frontend, read when Vite builds it in {frontend.directory}; everyone may read it there",
        f"# derived from the address of the service {frontend.api}{after}",
        _assignment(frontend.api_variable, value, repeated=frontend.api_variable in written),
    ]


def _unread(stack: StackSettings, written: set[str]) -> list[str]:
    """The secrets that are only parts of other variables, such as the password in a database's address."""
    names = {name: secret for name, secret in stack.used_secrets().items() if name not in written}
    if not names:
        return []
    return [
        "",
        "# -- secrets that no service reads by themselves: they are parts of the addresses above",
        *(f"# {name}: {_secret(name, secret)}" for name, secret in names.items()),
    ]


def _assignment(name: str, value: str, *, repeated: bool) -> str:
    if repeated:
        return f"# {name}={value}"
    quotes = [quote for quote in ("'", '"', "`") if quote not in value]
    if _BARE.fullmatch(value):
        return f"{name}={value}"
    # In double quotes and behind a backslash dotenv reads more than what stands there.
    quotes = [quote for quote in quotes if quote != '"' or not re.search(r"[\\$]", value)]
    if not quotes:
        return f"# its value has every kind of quotes, which dotenv cannot read\n{name}="
    return f"{name}={quotes[0]}{value}{quotes[0]}"
