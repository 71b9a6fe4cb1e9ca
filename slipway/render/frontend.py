"""What builds and releases a frontend whose files lie in a bucket: its build's variables, and a script. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_site import CloudFrontSite
from config.frontend import ViteFrontend
from slipway.render.scripts import script

if TYPE_CHECKING:
    from config.stack import StackSettings

# The files that builds have, by the end of their name; of others the AWS CLI guesses. A text says its characters:
# without, a browser guesses.
_ENDINGS = {
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
# Apple reads it, wants JSON, and allows no ending. `*` stands for the folders before it too.
_NAMES = {"*apple-app-site-association": "application/json"}


def frontend_env(stack: StackSettings) -> str | None:
    """The variables that Vite reads when it builds, as a file for dotenv and for a shell; None where none are made.

    Everybody who gets the pages can read them.
    """
    frontend = _frontend(stack)
    if frontend is None:
        return None
    # A host and a scheme: nothing in it that dotenv or a shell would read.
    return f"{frontend.api_variable}={stack.backend_url()}\n"


def frontend_script(stack: StackSettings, name: str) -> str | None:
    """The script that releases a built frontend into the stack of this name; None where the stack has no place for it.

    It uploads files with a hash in their name first and the page last, and invalidates what is not immutable.
    """
    frontend = _frontend(stack)
    if frontend is None:
        return None
    return script(
        "release-frontend.sh.j2",
        {
            "app": stack.app,
            "stack": name,
            "region": stack.aws.region,
            "built": f"{frontend.directory}/{frontend.output}",
            "backend": stack.backend_url(),
            "types": [*((f"*.{ending}", told) for ending, told in _ENDINGS.items()), *_NAMES.items()],
        },
    )


def _frontend(stack: StackSettings) -> ViteFrontend | None:
    frontend = stack.application.frontend
    here = isinstance(stack.aws.frontend, CloudFrontSite)
    return frontend if here and isinstance(frontend, ViteFrontend) else None
