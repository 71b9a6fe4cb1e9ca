"""A frontend's files at Cloudflare Pages: the project, how its builds come there, and its previews."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.cloudflare_edge import CloudflareAccountId
from config.pages_environment import EdgePagesEnvironment, PagesEnvironment, PagesFunctions
from config.settings import Settings, refuse, refused_at
from config.site import Site
from config.values import Command, Environment, Flag, Matches

NO_SUCH_FILE = "<!doctype html><title>404</title><p>There is no such file."
"""What a build has as its page for what is missing below /assets/."""

BranchName = Annotated[
    str,
    Matches(
        r"(?![/.-])(?!.*(?:\.\.|//|\.lock$|/$|\.$))[A-Za-z0-9._/-]{1,100}",
        "the name of a branch is wanted: letters, digits and . _ / -",
        "write it as in main",
    ),
]
BranchPattern = Annotated[
    str,
    Matches(
        r"(?![/.-])(?!.*(?:\.\.|//|/$))[A-Za-z0-9._/*-]{1,100}",
        "the name of a branch is wanted, in which * stands for any characters",
        "write it as in feature/*",
    ),
]
ProjectName = Annotated[
    str,
    Matches(
        r"[a-z0-9](?:[a-z0-9-]{0,56}[a-z0-9])?",
        "1 to 58 small letters, digits and hyphens are allowed, no hyphen at an end",
        "shorten or respell the name",
    ),
]
RepositoryOwner = Annotated[
    str,
    Matches(
        r"(?![./-])(?!.*//)[A-Za-z0-9._/-]{1,255}(?<![/.])",
        "the owner of a repository is wanted: a user, an organisation, or a group of GitLab with its groups above it",
        "write it as in acme",
    ),
]
RepositoryName = Annotated[
    str,
    Matches(
        r"(?![.-])[A-Za-z0-9._-]{1,100}(?<!\.git)",
        "the name of a repository is wanted, without its owner, a host or .git",
        "write it as in orders",
    ),
]


class UploadedBuild(Settings):
    """The pipeline builds the frontend and uploads it, with the script that `slipway render` writes."""

    kind: Literal["upload"]
    """Always `upload`."""


class GitBuild(Settings):
    """Cloudflare builds what is pushed. It must have been let into the repository before, in its dashboard."""

    kind: Literal["github", "gitlab"]
    """Where the repository is: `github` or `gitlab`."""
    owner: RepositoryOwner
    """The repository's owner."""
    repository: RepositoryName
    """The repository's name."""
    command: Command = "npm run build"
    """What builds, in the folder `frontend.directory`; packages are installed before it, by the lock file."""


class NoPreviews(Settings):
    """Only the production branch is deployed."""

    kind: Literal["none"]
    """Always `none`."""


class Previews(Settings):
    """What every form of previews says."""

    admitted: Flag = False
    """Whether the pages of previews may call the services. The services must know of it: a variable derived from
    `frontend.previews` tells one what the hosts of previews end with."""


class AllPreviews(Previews):
    """Every other branch has an address of its own, which everybody may open."""

    kind: Literal["all"]
    """Always `all`."""


class BranchPreviews(Previews):
    """Some branches have an address of their own, which everybody may open."""

    kind: Literal["branches"]
    """Always `branches`."""
    include: Annotated[tuple[BranchPattern, ...], Field(min_length=1, max_length=20)]
    """The branches; * stands for any characters."""
    exclude: Annotated[tuple[BranchPattern, ...], Field(max_length=20)] = ()
    """Branches that have none although `include` names them."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        rule, remedy = "it stands in include too, so that nothing is left of it", "take it out of one of them"
        found = [
            refused_at(("exclude", index), each, rule, remedy)
            for index, each in enumerate(self.exclude)
            if each in self.include
        ]
        refuse("BranchPreviews", found)
        return self


class PagesSettings(Site):
    """A project of Cloudflare Pages."""

    project: ProjectName | None = None
    """What the project is called in its account; none means `<app>-<environment>`. Another name is another project,
    empty at first. Its address is `<project>.pages.dev`, or with an ending where somebody else has that."""
    branch: BranchName = "main"
    """The branch whose builds are production."""
    build: Annotated[UploadedBuild | GitBuild, Field(discriminator="kind")] = UploadedBuild(kind="upload")
    """Who builds: the pipeline, which uploads, or Cloudflare from the repository. One project can never change it."""
    previews: Annotated[NoPreviews | AllPreviews | BranchPreviews, Field(discriminator="kind")] = NoPreviews(
        kind="none"
    )
    """Which other branches get an address of their own: none, all, or some."""
    functions: PagesFunctions | None = None
    """The frontend's Pages Functions, released with its files. None where it is files alone."""
    production: PagesEnvironment = PagesEnvironment()
    """What builds and functions of production find beside what the stack tells them."""
    preview: PagesEnvironment = PagesEnvironment()
    """What those of previews find. Nothing of production's comes to them by itself."""

    @model_validator(mode="after")
    def _pushed(self) -> Self:
        if isinstance(self.previews, BranchPreviews) and isinstance(self.build, UploadedBuild):
            rule = "branches are chosen where Cloudflare builds, and here the pipeline uploads what it likes"
            remedy = "write kind: all, or let Cloudflare build with build: {kind: github, ...}"
            refuse("PagesSettings", [refused_at(("previews", "branches"), "branches", rule, remedy)])
        return self

    def project_name(self, application: str, environment: Environment) -> str:
        """What the project is called."""
        return self.project or f"{application}-{environment.value}"

    def environments(self) -> dict[str, PagesEnvironment]:
        """What is found, by the setting that says it."""
        return {"production": self.production, "preview": self.preview}

    def named_secrets(self) -> tuple[str, ...]:
        """The names of the application's secrets that builds and functions find, each once."""
        return tuple(dict.fromkeys(name for each in self.environments().values() for name in each.secrets.values()))

    def admits_previews(self) -> bool:
        """Whether pages of previews may call the services."""
        return isinstance(self.previews, Previews) and self.previews.admitted


class WorkerFiles(Settings):
    """The Worker's `assets` are the frontend, where the application has one."""

    kind: Literal["worker"]
    """Always `worker`."""


class EdgePages(PagesSettings):
    """A project of Cloudflare Pages beside the Worker, in the same account."""

    kind: Literal["pages"]
    """Always `pages`."""
    production: EdgePagesEnvironment = EdgePagesEnvironment()
    """What builds and functions of production find beside what the stack tells them."""
    preview: EdgePagesEnvironment = EdgePagesEnvironment()
    """What those of previews find. Nothing of production's comes to them by itself."""


class PagesSite(PagesSettings):
    """The frontend's files at Cloudflare Pages. The token comes from the environment: CLOUDFLARE_API_TOKEN."""

    kind: Literal["pages"]
    """Always `pages`."""
    account_id: CloudflareAccountId
    """The account at Cloudflare."""
