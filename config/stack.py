"""A stack: one application in one topology and environment, and the checks that need all three."""

from types import MappingProxyType
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws_ec2 import AwsEc2
from config.aws_ecs import AwsEcs
from config.aws_topology import DEVELOPMENT as AWS_DEVELOPMENT
from config.cloudflare import Cloudflare
from config.docker import Docker
from config.exceptions import RuleException
from config.pages import PagesSettings
from config.server_tags import unfit_tag
from config.settings import Settings, refusal, refuse, refused_at
from config.site import Site
from config.values import ApplicationName, Environment, Json, Matches, looks_secret
from config.variables import Secret, Source
from config.vps import DEVELOPMENT as VPS_DEVELOPMENT
from config.vps import Vps

Topology: TypeAlias = Annotated[AwsEc2 | AwsEcs | Cloudflare | Docker | Vps, Field(discriminator="kind")]

# What is cheaper and good enough in development, laid under what the user writes: by kind of topology.
DEVELOPMENT: MappingProxyType[str, dict[str, Json]] = MappingProxyType(
    {"aws-ec2": AWS_DEVELOPMENT, "aws-ecs": AWS_DEVELOPMENT, "vps": VPS_DEVELOPMENT}
)
# Of these not every stack has one, and a default makes none.
WHERE_WRITTEN = frozenset({"load_balancer"})

# Compared without case, because IAM refuses two tag keys that differ in case only.
_OWN_TAGS = frozenset({"name", "application", "environment", "managed-by"})


def _free_tag(given: str) -> str:
    if given.lower() in _OWN_TAGS or given.lower().startswith("aws:"):
        raise refusal(f"{', '.join(sorted(_OWN_TAGS))} and aws:… are set by others", "take another key")
    return given


TagKey = Annotated[
    str,
    Matches(
        # Machines read their tags from instance metadata, which refuses slashes and blanks in keys.
        r"[A-Za-z][A-Za-z0-9:_.-]{0,99}",
        "letters, digits and : _ . - are allowed, a letter first",
        "respell it",
    ),
    AfterValidator(_free_tag),
]
TagValue = Annotated[
    str,
    Matches(r"[A-Za-z0-9 :/_.@=+-]{1,200}", "1 to 200 letters, digits, blanks and :/_.@=+- are allowed", "respell it"),
]


class StackFile(Settings):
    """What a stack's own file says, under keys that begin with `slipway:`."""

    app: ApplicationName
    """The application: the name of a file in config/apps."""
    environment: Environment
    """What the stack is for: development, staging or production."""
    tags: dict[TagKey, TagValue] = Field(default={})
    """Tags that everything carries beside application, environment and managed-by. Many may read them."""
    topology: Topology
    """Where and how the application is hosted; `kind` chooses the shape."""
    exceptions: tuple[RuleException, ...] = ()
    """Findings that are accepted for a while; each is printed in every report."""


class StackSettings(StackFile):
    """Everything that a program needs to know about a stack."""

    application: Application
    """The application itself: its file under the stack's overrides."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        found = self.topology.problems(self.application, self.environment)
        moved: list[InitErrorDetails] = [
            {**problem, "loc": _from_topology(problem.get("loc", ()))} for problem in found
        ]
        refuse(
            "StackSettings",
            [
                *moved,
                *self._other_name(),
                *self._secret_tags(),
                *self._unfit_tags(),
                *self._readable_data(),
                *self._same_exceptions(),
            ],
        )
        return self

    @property
    def aws(self) -> AwsEc2 | AwsEcs:
        """The topology, where it is one in Amazon Web Services. Raises `TypeError` where it is not."""
        if not isinstance(self.topology, AwsEc2 | AwsEcs):
            raise TypeError(f"the topology is {self.topology.kind}, which is none in Amazon Web Services")
        return self.topology

    @property
    def site(self) -> Site | None:
        """Where the stack has the frontend's files by themselves; None where it has none, or a Worker serves them."""
        return self.topology.frontend if isinstance(self.topology.frontend, Site) else None

    def required_tags(self) -> dict[str, str]:
        """The tags that every taggable resource of the stack carries."""
        return {**self.own_tags(), **self.tags}

    def own_tags(self) -> dict[str, str]:
        """Those of them that no stack file says, for what cannot be given another one where it stands."""
        return {"application": self.app, "environment": self.environment.value, "managed-by": "slipway"}

    def used_secrets(self) -> dict[str, Secret]:
        """The secrets that the stack needs, by name, with those that managed data brings along."""
        site = self.site
        pages = site.named_secrets() if isinstance(site, PagesSettings) else ()
        declared = {name: self.application.secrets[name] for name in pages}
        return {**self.topology.used_secrets(self.application), **declared}

    def known_variables(self, service: str) -> dict[str, str]:
        """The environment of a service as far as it is known before deployment. Nothing in it is secret."""
        return {**self.application.services[service].env, **self._derived(service)}

    def backend_url(self) -> str:
        """The address that the frontend's build is told, https:// and a host; empty where only deployment tells it."""
        frontend = self.application.frontend
        hosts = self.api_hosts(frontend.api) if frontend.kind == "vite" else ()
        return f"{self.topology.scheme()}://{hosts[0]}" if hosts else ""

    def api_hosts(self, service: str) -> tuple[str, ...]:
        """The hosts under which pages elsewhere reach a service: its own, or else the frontend's with paths for it."""
        if isinstance(self.topology, Cloudflare | Vps):
            return self.topology.service_hosts(self.application, service)
        return self.application.services[service].hosts

    def _derived(self, service: str) -> dict[str, str]:
        application = self.application
        own = application.services[service]
        postgres, sqlite = application.data.postgres, application.data.sqlite
        known = {
            Source.PORT: str(self.topology.port(own.port)),
            Source.MODE: "development" if self.environment is Environment.DEVELOPMENT else "production",
            Source.NODE_VERSION: application.runtime.version,
            **({} if self.topology.names_frontend(application) else self._frontend()),
            **({} if self.topology.admits_previews() else {Source.FRONTEND_PREVIEWS: ""}),
            **({Source.POSTGRES_HOST: postgres.host} if postgres.kind == "external" else {}),
            **({Source.SQLITE_FILE: sqlite.path} if sqlite.kind == "file" else {}),
        }
        wanted = {"PORT": Source.PORT, **own.derived}
        return {variable: known[source] for variable, source in wanted.items() if source in known}

    def _frontend(self) -> dict[Source, str]:
        application = self.application
        return {
            Source.FRONTEND_URL: application.frontend.url or "",
            Source.FRONTEND_ORIGINS: ",".join(application.origins()),
        }

    def _readable_data(self) -> list[InitErrorDetails]:
        if self.environment is Environment.DEVELOPMENT:
            return []
        rule = f"{self.environment} needs encryption: this goes over the internet"
        data = self.application.data
        return [
            refused_at(("application", "data", part, "tls"), given=False, rule=rule, remedy="write true")
            for part, settings in (("postgres", data.postgres), ("redis", data.redis))
            if settings.kind == "external" and not settings.tls
        ]

    def _same_exceptions(self) -> list[InitErrorDetails]:
        named = [(each.rule, each.resource) for each in self.exceptions]
        rule = "this resource is excepted from this rule already"
        return [
            refused_at(("exceptions", index, "resource"), each.resource, rule, "keep one of the two")
            for index, each in enumerate(self.exceptions)
            if named[index] in named[:index]
        ]

    def _other_name(self) -> list[InitErrorDetails]:
        if self.application.name == self.app:
            return []
        rule = f"the application's file is {self.app}.yaml, so its name is {self.app}"
        return [refused_at(("application", "name"), self.application.name, rule, "write the same name in both places")]

    def _secret_tags(self) -> list[InitErrorDetails]:
        error = refusal("tags are read by many, and this looks secret", "take it out or rename it", hide=True)
        return [
            InitErrorDetails(type=error, loc=("tags", key), input="")
            for key, value in self.tags.items()
            if looks_secret(key, value)
        ]

    def _unfit_tags(self) -> list[InitErrorDetails]:
        """Tags that whoever hosts a single server has no form for, or that nothing on an engine could carry."""
        if isinstance(self.topology, Docker):
            rule = "an engine changes no label of what is there: another tag would be another container, or volume"
            return [refused_at(("tags", key, "[key]"), key, rule, "take it out") for key in self.tags]
        if not isinstance(self.topology, Vps):
            return []
        provider = self.topology.provider.kind
        return [
            refused_at(("tags", key), value, rule, "respell it")
            for key, value in self.tags.items()
            if (rule := unfit_tag(provider, key, value))
        ]


def _from_topology(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A path that is relative to the topology as one of the stack; `..` leads from the one to the other."""
    return path[1:] if path[:1] == ("..",) else ("topology", *path)
