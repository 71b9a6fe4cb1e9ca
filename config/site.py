"""What a frontend's files have wherever they lie: what pages may load and call, and what becomes of them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from config.production import KEPT, unsafe_settings
from config.settings import Settings, refuse, refused_at
from config.values import Deletion, Matches

INLINE = "'unsafe-inline'"

PageSource = Annotated[
    str,
    Matches(
        r"(?:https|wss)://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|blob:|'unsafe-inline'",
        "an origin is wanted, https:// or wss:// and a host name, without port, path or *; or blob:",
        "write it as in https://js.stripe.com",
    ),
]
Directive = Literal[
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "media-src",
    "script-src",
    "style-src",
    "worker-src",
]


class NoSite(Settings):
    """The frontend's files lie elsewhere, or the services serve them."""

    kind: Literal["none"]
    """Always `none`."""


class Site(Settings):
    """What every place of a frontend's files has."""

    sources: dict[Directive, tuple[PageSource, ...]] = Field(default={})
    """What the pages may load and call beside their own files and the application's own services and uploads, by
    directive of the Content-Security-Policy. `style-src` may have 'unsafe-inline'."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the files when they leave the program: protect, retain or destroy."""

    @model_validator(mode="after")
    def _inline(self) -> Self:
        rule = "it lets what an attacker writes into a page run, and only styles may have it"
        refuse(
            type(self).__name__,
            [
                refused_at(("sources", directive, index), source, rule, "take it out, and load scripts from files")
                for directive, sources in self.sources.items()
                for index, source in enumerate(sources)
                if source == INLINE and directive != "style-src"
            ],
        )
        return self

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings((self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT))
