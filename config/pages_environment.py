"""What builds and Pages Functions of a frontend find: variables, secrets, and what the functions are bound to."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from config.cloudflare_worker import CompatibilityFlag, Day
from config.settings import Settings, refusal, refuse, refused_at
from config.values import Matches, SecretName, VariableName, VariableValue, looks_secret

HEADERS_VARIABLE = "PAGES_HEADERS"
"""The variable in which a build at Cloudflare finds its file `_headers`, in base64: it has several lines."""
CLOUDFLARES = frozenset({"CI", "CF_PAGES", "CF_PAGES_BRANCH", "CF_PAGES_COMMIT_SHA", "CF_PAGES_URL"})
"""What Cloudflare itself tells a build."""
OURS = frozenset({"NODE_VERSION", HEADERS_VARIABLE})
"""What a build at Cloudflare is told by the stack, beside the backend's address."""
_TAKEN = CLOUDFLARES | OURS | {"ASSETS"}  # by which functions read the files
_SHOWN = "VITE_"  # what Vite writes into the pages begins so

ObjectId = Annotated[
    str, Matches(r"[0-9a-f]{32}", "the id that Cloudflare gives it is wanted: 32 digits", "copy it from the dashboard")
]
DatabaseId = Annotated[
    str,
    Matches(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "the id of a database in D1 is wanted, not its name",
        "copy it from the dashboard",
    ),
]
AccountName = Annotated[
    str,
    Matches(
        r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?",
        "the name that it has in the account is wanted: small letters, digits, - and _",
        "copy it from the dashboard",
    ),
]


class PagesFunctions(Settings):
    """Programs that answer requests at Pages: the folder `functions` beside the frontend's package.json."""

    compatibility_date: Day
    """The day whose behaviour of the runtime they were tested with. A rule tells when it is old."""
    compatibility_flags: tuple[CompatibilityFlag, ...] = ("nodejs_compat",)
    """What of the runtime is switched on beside that."""


class PagesEnvironment(Settings):
    """What builds and functions find beside what the stack tells them by itself, each under a name of its own."""

    variables: dict[VariableName, VariableValue] = Field(default={})
    """Plain values, for builds and functions. What begins with VITE_ stands in the pages, and everybody reads it."""
    secrets: dict[VariableName, SecretName] = Field(default={})
    """Secrets of the application, by the name under which builds and functions find each, as in
    {STRIPE_KEY: STRIPE_TEST_KEY}."""
    namespaces: dict[VariableName, ObjectId] = Field(default={})
    """Ids of namespaces of KV, for functions."""
    databases: dict[VariableName, DatabaseId] = Field(default={})
    """Ids of databases in D1, for functions."""
    buckets: dict[VariableName, AccountName] = Field(default={})
    """Names of buckets in R2, for functions."""
    queues: dict[VariableName, AccountName] = Field(default={})
    """Names of queues to which functions send."""
    objects: dict[VariableName, ObjectId] = Field(default={})
    """Ids of namespaces of Durable Objects, for functions; a Worker has their classes."""
    hyperdrive: dict[VariableName, ObjectId] = Field(default={})
    """Ids of configurations of Hyperdrive, by which functions reach a PostgreSQL elsewhere."""
    services: dict[VariableName, AccountName] = Field(default={})
    """Names of Workers that functions call."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(type(self).__name__, [*self._in_clear(), *self._shown(), *self._names()])
        return self

    def bindings(self) -> dict[str, object]:
        """What functions alone find, by setting; what says nothing is left out."""
        return {key: told for key, told in self._bound().items() if told}

    def named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Each name under which something is found, and where it stands."""
        for key, told in {"variables": self.variables, "secrets": self.secrets, **self._bound()}.items():
            yield from (((key, name, "[key]"), name) for name in told)

    def _bound(self) -> dict[str, dict[str, str]]:
        return {
            "namespaces": self.namespaces,
            "databases": self.databases,
            "buckets": self.buckets,
            "queues": self.queues,
            "objects": self.objects,
            "hyperdrive": self.hyperdrive,
            "services": self.services,
        }

    def _in_clear(self) -> Iterator[InitErrorDetails]:
        for name, value in self.variables.items():
            if looks_secret(name, value):
                remedy = f"take it out, write secrets: {{{name}: …}} with the name of a secret of the application"
                error = refusal("a secret's value may not stand in a file", remedy, hide=True)
                yield InitErrorDetails(type=error, loc=("variables", name), input="")

    def _shown(self) -> Iterator[InitErrorDetails]:
        for name, secret in self.secrets.items():
            if name.startswith(_SHOWN):
                rule = f"what begins with {_SHOWN} is written into the pages, and everybody reads it there"
                yield refused_at(("secrets", name), secret, rule, "take another name")

    def _names(self) -> Iterator[InitErrorDetails]:
        seen: set[str] = set()
        for path, name in self.named():
            if name in _TAKEN:
                rule = f"Cloudflare or the stack says it; {', '.join(sorted(_TAKEN))} are taken"
                yield refused_at(path, name, rule, "take another name")
            elif name in seen:
                yield refused_at(path, name, "something else is found under this name", "give one of them another name")
            seen.add(name)


class EdgePagesEnvironment(PagesEnvironment):
    """The same beside a Worker, of which functions may find what the Worker finds, and the Worker itself."""

    shared: tuple[VariableName, ...] = ()
    """What of the Worker's they find too, under the same names: DB, UPLOADS, names of `namespaces` and `queues`, and
    the two keys of Turnstile."""
    worker: VariableName | None = None
    """The name under which functions call the Worker itself. None where they do not."""

    def bindings(self) -> dict[str, object]:
        """The same with the Worker and what is shared with it."""
        own = {"shared": self.shared, "worker": self.worker}
        return {**super().bindings(), **{key: told for key, told in own.items() if told}}

    def named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The same with the Worker and what is shared with it."""
        yield from super().named()
        yield from ((("shared", index), name) for index, name in enumerate(self.shared))
        if self.worker is not None:
            yield ("worker",), self.worker
