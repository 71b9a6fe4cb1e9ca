"""The Worker of an application: its release, its files, and what became of its Durable Objects."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import InitErrorDetails

from config.cloudflare_routes import Route, RoutedHost
from config.cron import CronError, check_cloudflare_cron
from config.settings import Settings, below, refusal, refuse, refused_at
from config.values import Flag, FolderName, Matches, ServiceName, Sha256, VariableName, Whole


def _in_the_calendar(given: str) -> str:
    try:
        dt.date.fromisoformat(given)
    except ValueError:
        raise refusal("the calendar has no such day", 'write it as in "2026-11-01"') from None
    return given


def _cloudflares_time(given: str) -> str:
    try:
        check_cloudflare_cron(given)
    except CronError as error:
        raise refusal(error.rule, error.remedy) from None
    return given


ClassName = Annotated[
    str,
    Matches(
        r"(?!default$)[A-Za-z_$][A-Za-z0-9_$]{0,63}", "the name of an exported class is wanted", "write it as in Room"
    ),
]
MigrationTag = Annotated[
    str,
    Matches(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "letters, digits and . _ - are allowed", "write it as in v1"),
]
CompatibilityFlag = Annotated[
    str, Matches(r"[a-z][a-z0-9_]{1,63}", "a compatibility flag is wanted", "write it as in nodejs_compat")
]
BuiltModule = Annotated[
    str,
    Matches(
        r"(?!/)(?!.*\.\.)[A-Za-z0-9._/-]+\.m?js",
        "one built JavaScript file is wanted, without .. and without a leading /",
        "bundle it, and write it as in dist/worker.js",
    ),
]
Day = Annotated[
    str,
    Matches(r"20\d\d-\d\d-\d\d", "a day is wanted, in quotes", 'write it as in "2026-11-01"'),
    AfterValidator(_in_the_calendar),
]
Cron = Annotated[
    str,
    Matches(
        r"[0-9*/,A-Za-z#-]+(?: [0-9*/,A-Za-z#-]+){4}",
        "minute, hour, day, month and weekday are wanted, in UTC",
        'write it as in "0 3 * * *"',
    ),
    AfterValidator(_cloudflares_time),
]

AssetRule = Annotated[
    str,
    Matches(
        r"!?/[A-Za-z0-9._~$&'()+,;=:@%*/-]{0,98}",
        "a path is wanted that begins with / or !/, of at most 100 characters; * stands for any of them",
        "write it as in /api/*",
    ),
]
_MOST_RULES = 100  # Cloudflare's documentation of static assets


class WorkerAssets(Settings):
    """Files that Cloudflare serves without the Worker, such as a frontend's."""

    directory: FolderName
    """The folder with them, as seen from where the stack is deployed."""
    not_found: Literal["none", "404-page", "single-page-application"] = "none"
    """What is answered where there is no file: the Worker's answer, 404.html, or index.html."""
    worker_first: Annotated[tuple[AssetRule, ...], Field(max_length=_MOST_RULES)] = ()
    """Paths that the Worker answers, whatever files there are, as in [/api/*]; one that begins with ! is taken out of
    them. Without any, a file comes first."""
    binding: VariableName | None = None
    """The name under which the Worker reads them itself, as in ASSETS. None where it does not."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse("WorkerAssets", self._rules())
        return self

    def _rules(self) -> Iterator[InitErrorDetails]:
        rules = self.worker_first
        if rules and all(each.startswith("!") for each in rules):
            rule = "each takes paths out, and there are none that the Worker answers first"
            yield refused_at(("worker_first",), list(rules), rule, "add what they are taken out of, as in /*")
        for index, each in enumerate(rules):
            if each in rules[:index]:
                yield refused_at(("worker_first", index), each, "it stands there twice", "take it out")


class ObjectMigration(Settings):
    """What becomes of classes of Durable Objects, once. A deployed one is never changed, moved or taken out."""

    tag: MigrationTag
    """Its name, never used again."""
    new: tuple[ClassName, ...] = ()
    """Classes that begin; each of their objects has a SQLite database."""
    renamed: dict[ClassName, ClassName] = Field(default={})
    """Classes that have another name from now on: the old one and the new one. Their objects stay."""
    deleted: tuple[ClassName, ...] = ()
    """Classes that end. All that their objects keep is lost."""

    def after(self, there: frozenset[str]) -> frozenset[str]:
        """The classes that it leaves of those that are there."""
        return (there | {*self.new, *self.renamed.values()}) - {*self.renamed, *self.deleted}

    def problems(self, there: frozenset[str]) -> Iterator[InitErrorDetails]:
        """What it cannot do with the classes that are there before it; paths are relative to it."""
        if not (self.new or self.renamed or self.deleted):
            yield refused_at((), {}, "it changes nothing", "say what is new, renamed or deleted")
        for index, name in enumerate(self.new):
            if name in there:
                yield refused_at(("new", index), name, "an earlier migration made this class", "take it out")
        rule = f"the classes before it are {_listed(there)}"
        for old, new in self.renamed.items():
            if old not in there or new in there:
                yield refused_at(("renamed", old), new, rule, "rename one of them to a name of no other")
        for index, name in enumerate(self.deleted):
            if name not in there:
                yield refused_at(("deleted", index), name, rule, "correct it, or take it out")
        yield from self._named_twice()

    def _named_twice(self) -> Iterator[InitErrorDetails]:
        """Cloudflare does not say in which order the parts of one migration are done."""
        named: list[tuple[tuple[str | int, ...], str]] = [
            *((("new", index), name) for index, name in enumerate(self.new)),
            *((("renamed", old, "[key]"), old) for old in self.renamed),
            *((("renamed", old), new) for old, new in self.renamed.items() if new != old),
            *((("deleted", index), name) for index, name in enumerate(self.deleted)),
        ]
        for place, (path, name) in enumerate(named):
            if name in [other for _, other in named[:place]]:
                rule = "a migration names each class once"
                yield refused_at(path, name, rule, "take it out, or give it a migration of its own")


class WorkerCandidate(Settings):
    """A release that is given to some of the requests, while the other one answers the rest."""

    main: BuiltModule
    """One module in one file: another one than the release's, for both lie there at once."""
    sha256: Sha256
    """The file's SHA-256 sum."""
    percent: Annotated[Whole, Field(ge=1, le=99)]
    """Of 100 requests, how many it is given."""
    assets: FolderName | None = None
    """The folder with its files, where the Worker has any: another one than the release's."""


class WorkerRelease(Settings):
    """A built Worker."""

    kind: Literal["worker"]
    """Always `worker`."""
    main: BuiltModule
    """One module in one file, as seen from where the stack is deployed."""
    sha256: Sha256
    """The file's SHA-256 sum: what is deployed is what was tested."""
    assets: FolderName | None = None
    """The folder with its files, where each release has one of its own. None means that of `worker.assets`."""
    candidate: WorkerCandidate | None = None
    """The release that is tried on some of the requests, in a stack with `worker.gradual`."""


class Worker(Settings):
    """How a Worker runs, and the services that it takes the place of."""

    replaces: tuple[ServiceName, ...] = ()
    """The services whose work the Worker does. Each service of the application has to be one of them: none of them runs
    here as it stands."""
    compatibility_date: Day
    """The day whose behaviour of the runtime the Worker was tested with. A rule tells when it is old."""
    compatibility_flags: tuple[CompatibilityFlag, ...] = ("nodejs_compat",)
    """What of the runtime is switched on beside that."""
    gradual: Flag = False
    """Whether a release can be given to some of the requests first. It is chosen before the first deployment, for the
    Worker is made in another form then, without smart placement."""
    assets: WorkerAssets | None = None
    """Files that are served without the Worker."""
    objects: dict[VariableName, ClassName] = Field(default={})
    """Classes of Durable Objects by the name under which the Worker finds them, as in {ROOMS: Room}."""
    migrations: tuple[ObjectMigration, ...] = ()
    """What became of these classes, in order: added to at its end, never changed."""
    migrated: MigrationTag | None = None
    """The tag of the last migration that is deployed: write it down after the deployment, before the next one is
    added."""
    crons: tuple[Cron, ...] = ()
    """When the Worker runs by itself, in UTC."""
    routes: dict[RoutedHost, Route] = Field(default={})
    """Paths of further hosts that it answers, by host. It answers every path of the application's hosts without one."""

    @property
    def pending(self) -> tuple[str, ...]:
        """The tags of the migrations that are not deployed yet."""
        tags = tuple(each.tag for each in self.migrations)
        return tags[tags.index(self.migrated) + 1 :] if self.migrated in tags else tags

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse("Worker", [*self._tags(), *self._classes(), *self._said_twice(), *self._flags()])
        return self

    def _tags(self) -> Iterator[InitErrorDetails]:
        tags = [each.tag for each in self.migrations]
        for index, tag in enumerate(tags):
            if tag in tags[:index]:
                rule = "a tag is used once, for ever"
                yield refused_at(("migrations", index, "tag"), tag, rule, "give this migration another one")
        if self.migrated is not None and self.migrated not in tags:
            rule = f"what is deployed stays in the list, whose tags are {', '.join(tags) or 'none'}"
            yield refused_at(("migrated",), self.migrated, rule, "put its migration back, or correct the tag")

    def _said_twice(self) -> Iterator[InitErrorDetails]:
        lists = {"replaces": self.replaces, "compatibility_flags": self.compatibility_flags, "crons": self.crons}
        for name, listed in lists.items():
            for index, each in enumerate(listed):
                if each in listed[:index]:
                    yield refused_at((name, index), each, "it stands there twice", "take it out")

    def _flags(self) -> Iterator[InitErrorDetails]:
        for index, flag in enumerate(self.compatibility_flags):
            on = flag.removeprefix("no_")
            if on != flag and on in self.compatibility_flags:
                rule = f"{on} switches on what this switches off"
                yield refused_at(("compatibility_flags", index), flag, rule, "take one of the two out")

    def _classes(self) -> Iterator[InitErrorDetails]:
        """Each migration replayed on the classes that the ones before it left."""
        there: frozenset[str] = frozenset()
        for index, each in enumerate(self.migrations):
            yield from (below(("migrations", index), problem) for problem in each.problems(there))
            there = each.after(there)
        for binding, name in self.objects.items():
            if name not in there:
                rule = f"no migration leaves such a class; they leave {_listed(there)}"
                remedy = f"add a migration with new: [{name}] at the end, or correct the name"
                yield refused_at(("objects", binding), name, rule, remedy)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
