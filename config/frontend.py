"""What the browser gets besides the services."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import FolderName, Origin, ServiceName, UrlPath, VariableName


class ViteFrontend(Settings):
    """A browser application that is built by Vite and served as static files."""

    kind: Literal["vite"]
    """Always `vite`."""
    directory: FolderName = "frontend"
    """The folder with its package.json."""
    output: FolderName = "dist"
    """The folder below `directory` that the build fills."""
    api: ServiceName
    """The service that the browser calls."""
    api_variable: VariableName = "VITE_API_BASE_URL"
    """The build variable that tells the browser where that service is."""
    turnstile_variable: VariableName | None = None
    """The build variable that tells the browser the site key of Turnstile; none where no page has its widget."""
    url: Origin | None = None
    """Its address, as in https://www.example.com; variables derived from `frontend.url` need it, unless the topology's
    `frontend` is `cloudfront` or `pages`, which give it one."""
    other_origins: tuple[Origin, ...] = ()
    """Further origins whose pages may call the services, such as the address without www."""


class NoFrontend(Settings):
    """Nothing is served but the services themselves."""

    kind: Literal["none"]
    """Always `none`."""
    url: Origin | None = None
    """The address of the public service that renders the pages; variables derived from `frontend.url` need it."""
    other_origins: tuple[Origin, ...] = ()
    """Further origins whose pages may call the services."""


Frontend = Annotated[ViteFrontend | NoFrontend, Field(discriminator="kind")]


class StaticFolder(Settings):
    """A folder of files that never change within a release, such as images of the pages."""

    directory: FolderName
    """The folder inside the repository."""
    path: UrlPath
    """The path under which browsers ask for it."""
