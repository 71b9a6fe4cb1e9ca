"""What builds and releases a frontend whose files the stack has: its build's variables, and a script. Pure text."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from config.aws_site import CloudFrontSite
from config.cloudflare import Cloudflare
from config.frontend import ViteFrontend
from config.pages import NO_SUCH_FILE, GitBuild, NoPreviews, PagesSettings, PagesSite, UploadedBuild
from slipway.render.scripts import script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.site import Site
    from config.stack import StackSettings
    from plan.model import Plan

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


_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")  # what neither dotenv nor a shell reads anything into
_LARGEST = 25 * 1024 * 1024  # bytes of one file (developers.cloudflare.com/pages/platform/limits)
_MOST = 20_000  # files of one deployment, of which two are the release's own


def frontend_env(stack: StackSettings) -> str | None:
    """The variables that Vite reads when it builds, as a file for dotenv and for a shell; None where none are made.

    Everybody who gets the pages can read them.
    """
    frontend, site = _frontend(stack)
    if frontend is None:
        return None
    told = site.production.variables if isinstance(site, PagesSettings) else {}
    return _lines({frontend.api_variable: stack.backend_url(), **told}) + _site_key(frontend)


def preview_env(stack: StackSettings) -> str | None:
    """The same for a preview that the pipeline builds; None where none is built, or with the same variables."""
    frontend, site = _frontend(stack)
    if frontend is None or not isinstance(site, PagesSettings) or not isinstance(site.build, UploadedBuild):
        return None
    if isinstance(site.previews, NoPreviews) or site.preview.variables == site.production.variables:
        return None
    return _lines({frontend.api_variable: stack.backend_url(), **site.preview.variables}) + _site_key(frontend)


def _site_key(frontend: ViteFrontend) -> str:
    """Where the key of a widget comes from, which only deployment tells."""
    if frontend.turnstile_variable is None:
        return ""
    return f"# known after deployment, from the output turnstileSiteKey: {frontend.turnstile_variable}\n"


def frontend_script(stack: StackSettings, name: str) -> str | None:
    """The script that releases a built frontend into the stack of this name; None where it has nothing to upload to.

    At CloudFront it uploads files with a hash in their name first and the page last, and invalidates what is not
    immutable. At Pages it uploads the whole build with its headers.
    """
    frontend, site = _frontend(stack)
    if frontend is None:
        return None
    told = {
        "app": stack.app,
        "stack": name,
        "built": f"{frontend.directory}/{frontend.output}",
        "backend": stack.backend_url(),
    }
    if isinstance(site, CloudFrontSite):
        types = [*((f"*.{ending}", kind) for ending, kind in _ENDINGS.items()), *_NAMES.items()]
        return script("release-frontend.sh.j2", {**told, "region": stack.aws.region, "types": types})
    if not isinstance(site, PagesSettings) or not isinstance(site.build, UploadedBuild):
        return None
    return script(
        "release-pages.sh.j2",
        {
            **told,
            "account": _account(stack, site),
            "branch": site.branch,
            "previews": not isinstance(site.previews, NoPreviews),
            "largest": _LARGEST,
            "most": _MOST - 1,
            "missing": NO_SUCH_FILE,
            "functions": f"{_up(frontend)}functions" if site.functions is not None else "",
        },
    )


def frontend_headers(plan: Plan) -> str | None:
    """The file `_headers` of a build for Pages, as the plan's stack tells it; None where it has none."""
    told = plan.outputs.get("frontendHeaders")
    return told if isinstance(told, str) else None


def frontend_notes(stack: StackSettings) -> list[str]:
    """What about the frontend's release its author should know."""
    _, site = _frontend(stack)
    if isinstance(site, PagesSettings) and isinstance(site.build, GitBuild):
        pushed = f"Cloudflare builds what is pushed to {site.branch}, and puts _headers into it"
        return [f"release-frontend.sh is left out: {pushed}."]
    return []


def _lines(variables: Mapping[str, str]) -> str:
    return "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items())


def _quoted(value: str) -> str:
    """A value as a shell takes it, which as far as quotes go is also how dotenv does."""
    return value if _BARE.fullmatch(value) else shlex.quote(value)


def _up(frontend: ViteFrontend) -> str:
    """The way from the folder that the build fills to the one with the package.json."""
    return "../" * len(PurePosixPath(frontend.output).parts)


def _frontend(stack: StackSettings) -> tuple[ViteFrontend | None, Site | None]:
    """The frontend, where the stack has its files, and where they lie."""
    frontend, site = stack.application.frontend, stack.site
    return (frontend if isinstance(frontend, ViteFrontend) and site is not None else None), site


def _account(stack: StackSettings, site: PagesSettings) -> str:
    """The account at Cloudflare of a project: the Worker's, where it stands beside one."""
    topology = stack.topology
    return (
        topology.account_id
        if isinstance(topology, Cloudflare)
        else site.account_id
        if isinstance(site, PagesSite)
        else ""
    )
