"""The variables of an application as files show them: each with its value, as far as it is known, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.cloudflare import NOT_TOLD, Cloudflare
from config.cloudflare_turnstile import SECRET_KEY, SITE_KEY
from config.variables import HIDDEN, Source
from config.vps import Vps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.stack import StackSettings
    from config.variables import Secret

_SET = "pulumi config set --secret secrets:"
# Cloudflare's own for tests, known to everybody: any proof is taken, on any host.
# developers.cloudflare.com/turnstile/troubleshooting/testing
_TEST_KEYS = {SITE_KEY: "1x00000000000000000000AA", SECRET_KEY: "1x0000000000000000000000000000000AA"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable."""

    name: str
    """Its name."""
    value: str
    """Its value; empty where it is secret or not known."""
    what: str
    """What it is, in words."""
    open: bool
    """Whether the value is the one that the stack has: known before deployment, and not secret."""


def of_service(stack: StackSettings, name: str) -> Iterator[Variable]:
    """The variables of a service."""
    service = stack.application.services[name]
    known = stack.known_variables(name)
    derived = service.derived if isinstance(stack.topology, Cloudflare) else {"PORT": Source.PORT, **service.derived}
    for variable, source in derived.items():
        secret = source in HIDDEN
        after = "" if variable in known else "; known after deployment"
        what = f"derived from {source.value}{', holds a secret' if secret else ''}{after}"
        yield Variable(variable, known.get(variable, ""), what, open=variable in known)
    if isinstance(stack.topology, Vps):
        yield from _on_server(stack.topology, Source.UPLOADS_BUCKET in service.derived.values())
    for variable, value in service.env.items():
        yield Variable(variable, value, "plain", open=True)
    for variable in service.secrets:
        yield Variable(variable, "", of_secret(variable, stack.application.secrets[variable]), open=False)


def _on_server(topology: Vps, uploads: bool) -> Iterator[Variable]:  # noqa: FBT001 - one of two kinds of service
    """What the server tells each process beside its variables. In a container one listens on all addresses."""
    if topology.images is None:
        yield Variable("HOST", "127.0.0.1", "where to listen: on the server alone, behind the proxy", open=True)
    if uploads and topology.uploads is not None:
        yield Variable("AWS_REGION", topology.uploads.region, "where the bucket for uploads is", open=True)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            yield Variable(name, "", "key of who writes uploads, secret; known after deployment", open=False)


def of_worker(stack: StackSettings, topology: Cloudflare) -> Iterator[Variable]:
    """The variables of the Worker, each once: those of all services but for what it is bound to in their place."""
    told: set[str] = set()
    for name, service in stack.application.services.items():
        for each in of_service(stack, name):
            if each.name not in told and service.derived.get(each.name) not in NOT_TOLD:
                told.add(each.name)
                yield each
    if topology.turnstile is not None:
        for key, test in _TEST_KEYS.items():
            yield Variable(
                key, test, "Turnstile's, known after deployment; this one is Cloudflare's for tests", open=False
            )


def of_secret(name: str, secret: Secret) -> str:
    """What a secret is, in words."""
    if secret.generate:
        return "secret, generated at the first deployment"
    optional = "optional, " if secret.optional else ""
    return f"secret, {optional}at least {secret.min_length} characters: {_SET}{name}"
