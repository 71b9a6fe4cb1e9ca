"""What a frontend at Cloudflare Pages is made from."""

from typing import NotRequired, TypedDict

import pulumi

from config.values import Deletion


class PagesBuildArgs(TypedDict):
    """A repository from which Cloudflare builds."""

    kind: str
    """Where it is: github or gitlab."""
    owner: str
    """Its owner."""
    repository: str
    """Its name."""
    command: str
    """What builds, as a shell takes it."""
    directory: str
    """The folder in which it builds; empty for the repository's own."""
    output: str
    """The folder below that, which the build fills."""


class PagesPreviewsArgs(TypedDict):
    """Which branches besides the production branch are deployed."""

    kind: str
    """none, all, or custom: those that are included here."""
    include: list[str]
    """Patterns of branches."""
    exclude: list[str]
    """Patterns of branches that are not, although they are included."""


class PagesEnvironmentArgs(TypedDict):
    """What builds and Pages Functions find: production and previews have one each."""

    variables: dict[str, pulumi.Input[str]]
    """Plain values by name."""
    secrets: NotRequired[dict[str, pulumi.Input[str]]]
    """Secret values by name."""
    namespaces: NotRequired[dict[str, pulumi.Input[str]]]
    """The ids of KV namespaces by binding."""
    databases: NotRequired[dict[str, pulumi.Input[str]]]
    """The ids of D1 databases by binding."""
    buckets: NotRequired[dict[str, pulumi.Input[str]]]
    """The names of R2 buckets by binding."""
    queues: NotRequired[dict[str, pulumi.Input[str]]]
    """The names of queues by binding; functions send to them."""
    hyperdrive: NotRequired[dict[str, pulumi.Input[str]]]
    """The ids of configurations of Hyperdrive by binding."""
    objects: NotRequired[dict[str, pulumi.Input[str]]]
    """The ids of namespaces of Durable Objects by binding; a Worker has their classes."""
    services: NotRequired[dict[str, pulumi.Input[str]]]
    """The names of Workers by binding."""


class PagesSiteArgs(TypedDict):
    """A project, its builds, and where it answers."""

    account_id: pulumi.Input[str]
    """The account."""
    project_name: str
    """What it is called there: unique in the account."""
    branch: str
    """The branch whose builds are production."""
    build: NotRequired[PagesBuildArgs]
    """From what Cloudflare builds; without it builds are uploaded. A project can never change from one to the other."""
    previews: PagesPreviewsArgs
    """Which branches besides that one are deployed."""
    production: PagesEnvironmentArgs
    """What production finds."""
    preview: PagesEnvironmentArgs
    """What previews find."""
    compatibility_date: str
    """The day whose behaviour of the runtime Pages Functions were tested with, YYYY-MM-DD."""
    compatibility_flags: NotRequired[list[str]]
    """What of the runtime is switched on beside that; nothing without it."""
    hosts: list[str]
    """Its own host names, the first of which is its address. Whoever keeps their zone leads them to `subdomain`."""
    sources: dict[str, list[str]]
    """What pages may load and call beside their own files, by directive of the Content-Security-Policy: the backend's
    origin under connect-src."""
    deletion: Deletion
    """What becomes of the project with all its deployments when it leaves the program."""
