"""Which bucket a stack's uploads lie in, and how it is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.aws_topology import AwsTopology
from config.cloudflare import Cloudflare
from config.data import UploadedFiles
from config.vps import Vps
from slipway.errors import UsageError
from slipway.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.stack import StackSettings
    from slipway.project import Project

OUTPUT = "uploads"
"""The stack's output that has the bucket's name, in every topology."""
_R2_REGION = "auto"
_BUCKET = re.compile(r"[a-zA-Z0-9._-]{1,255}")  # of whoever speaks S3; Amazon takes less
_HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of the bucket; None where the stack decides."""

    bucket: str | None = None
    endpoint: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket."""

    bucket: str
    region: str
    endpoint: str | None = None
    """Who has it, as an address; None is Amazon."""
    conditional: bool = True
    """Whether it is known to write under conditions: only where there is nothing yet, say."""

    def __str__(self) -> str:
        """As a person would say it."""
        return f"{self.bucket} ({self.endpoint or self.region})"


def place(project: Project, stack: str, given: Given, deployed: Callable[[], object]) -> Place:
    """The stack's bucket. `deployed` asks the deployed stack for its name, only where nobody gives one.

    Raises `UsageError` where the stack has no uploads, or is not deployed with any.
    """
    region, endpoint = _reached(settings_of(project, stack, builds=False).stack, stack)
    if given.endpoint and not given.bucket:
        raise UsageError("--endpoint: it names another place than the stack's; name the bucket there too: --bucket.")
    if given.bucket is not None and not _BUCKET.fullmatch(given.bucket):
        raise UsageError(
            f"--bucket: given {given.bucket!r}; the name of a bucket is wanted, as in acme-uploads. Folders in it are"
            " --prefix."
        )
    if given.endpoint and not _is_address(given.endpoint):
        raise UsageError(
            f"--endpoint: given {given.endpoint!r}; an https:// address is wanted, as in "
            "https://fra1.digitaloceanspaces.com (http:// only for this machine)."
        )
    bucket = given.bucket or deployed()
    if not isinstance(bucket, str) or not bucket:
        raise UsageError(
            f"{stack}: the deployed stack has no output `{OUTPUT}`. Deploy it first (pulumi up), or name a bucket: "
            "--bucket NAME."
        )
    return Place(bucket, given.region or region, given.endpoint or endpoint, conditional=not given.endpoint)


def _is_address(given: str) -> bool:
    """Whether this is an address that requests with signatures may go to: by TLS, or on this machine."""
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:  # brackets that stay open, a port that is none
        return False
    plain = not (parts.query or parts.fragment or parts.username)
    return plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE))


def key_prefix(given: str) -> str:
    """What keys begin with: empty, or folders and a slash. Raises `UsageError`."""
    words = given.rstrip("/").split("/")
    if given and not all(word and word not in (".", "..") for word in words):
        raise UsageError(f"--prefix: given {given!r}; folders of the bucket are wanted, as in pictures/users.")
    return "/".join(words) + "/" if given else ""


def _reached(settings: StackSettings, stack: str) -> tuple[str, str | None]:
    """The region and endpoint of the stack's own bucket."""
    topology = settings.topology
    if not isinstance(settings.application.data.uploads, UploadedFiles):
        raise UsageError(
            f"{stack}: its application has no uploads (data.uploads), so the stack has no bucket for them."
        )
    if isinstance(topology, Cloudflare):
        return _R2_REGION, f"https://{topology.account_id}.r2.cloudflarestorage.com"
    if isinstance(topology, Vps) and topology.uploads is not None:
        return topology.uploads.region, None
    if isinstance(topology, AwsTopology):
        return topology.region, None
    raise UsageError(f"{stack}: its topology {topology.kind} has no bucket for uploads. Name one: topology.uploads.")
