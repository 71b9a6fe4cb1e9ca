"""The environment of an application's services, as a file `.env.example` that dotenv reads. Pure text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.cloudflare import Cloudflare
from config.frontend import ViteFrontend
from config.pages import PagesSettings
from config.variables import Source
from config.vps import Vps
from slipway.render.variables import of_secret, of_service, of_worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.stack import StackSettings
    from config.variables import Secret
    from slipway.render.variables import Variable

_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")


def env_example(stack: StackSettings) -> str:
    """Every variable of every service and of the frontend's build, each below a comment that says where it is from.

    Values are those of the stack as far as they are known before deployment and not secret. A name that an earlier
    service has too stands there as a comment: in one file it can have one value only.
    """
    written: set[str] = set()
    lines = [f"# The environment of {stack.app}, as {stack.environment} has it. Copy it to .env and fill it in."]
    for title, variables in _parts(stack):
        lines += ["", f"# -- {title}"]
        for each in variables:
            lines += [f"# {each.what}", _assignment(each.name, each.value, repeated=each.name in written)]
            written.add(each.name)
    lines += _frontend(stack, written)
    lines += _unread(stack, written)
    return "\n".join(lines) + "\n"


def dev_vars(stack: StackSettings) -> str | None:
    """What wrangler's file does not tell the Worker, as a file `.dev.vars`; None where it tells everything."""
    topology = stack.topology
    lacking = [each for each in of_worker(stack, topology) if not each.open] if isinstance(topology, Cloudflare) else []
    if not lacking:
        return None
    lines = [f"# What {stack.app} finds beside what wrangler.jsonc says. Copy it to .dev.vars beside that file."]
    for each in lacking:
        lines += [f"# {each.what}", _assignment(each.name, each.value, repeated=False)]
    return "\n".join(lines) + "\n"


def _parts(stack: StackSettings) -> Iterator[tuple[str, Iterable[Variable]]]:
    """Who finds variables, and which. A Worker is all services, and finds each once."""
    if isinstance(stack.topology, Cloudflare):
        yield "the Worker", of_worker(stack, stack.topology)
        return
    for name in stack.application.services:
        yield f"service {name}", of_service(stack, name)


def _frontend(stack: StackSettings, written: set[str]) -> list[str]:
    frontend, site = stack.application.frontend, stack.site
    if not isinstance(frontend, ViteFrontend):
        return []
    value = stack.backend_url()
    after = "" if value else "; known after deployment: the output url"
    lines = [
        "",
        f"# -- frontend, read when Vite builds it in {frontend.directory}; everyone may read it there",
        f"# derived from the address of the service {frontend.api}{after}",
        _assignment(frontend.api_variable, value, repeated=frontend.api_variable in written),
        *_site_key(frontend, written),
    ]
    if isinstance(site, PagesSettings):
        for name, told in site.production.variables.items():
            lines += ["# plain, of production's pages", _assignment(name, told, repeated=name in written)]
            written.add(name)
    return lines


def _site_key(frontend: ViteFrontend, written: set[str]) -> list[str]:
    name = frontend.turnstile_variable
    if name is None:
        return []
    what = f"# derived from {Source.TURNSTILE_SITE_KEY}; known after deployment: the output turnstileSiteKey"
    return [what, _assignment(name, "", repeated=name in written)]


def _unread(stack: StackSettings, written: set[str]) -> list[str]:
    """The secrets that no service reads by themselves: what pages find, and parts of other variables."""
    site = stack.site
    of_pages = site.named_secrets() if isinstance(site, PagesSettings) else ()
    names = {name: secret for name, secret in stack.used_secrets().items() if name not in written}
    found = {name: secret for name, secret in names.items() if name in of_pages}
    # A server's own: of who deploys, of backups, of the certificate. The application knows nothing of them.
    own = set(names) - set(stack.application.secrets) if isinstance(stack.topology, Vps) else set()
    parts = {name: secret for name, secret in names.items() if name not in of_pages and name not in own}
    kept = {name: secret for name, secret in names.items() if name in own}
    return [
        *_listed("secrets that builds and functions of the pages find", found),
        *_listed("secrets that no service reads by themselves: they are parts of the addresses above", parts),
        *_listed("secrets of who deploys and of the server itself: no service finds them", kept),
    ]


def _listed(title: str, secrets: Mapping[str, Secret]) -> list[str]:
    if not secrets:
        return []
    return ["", f"# -- {title}", *(f"# {name}: {of_secret(name, secret)}" for name, secret in secrets.items())]


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
