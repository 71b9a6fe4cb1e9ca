"""What a single server runs: an archive that it fetches, a revision that it builds, or images in containers."""

from typing import Annotated, Literal

from pydantic import Field

from config.release import GitRelease, ImageRelease, ImagesRelease
from config.settings import Settings
from config.values import Matches, SecretName, Sha256

ArchiveUrl = Annotated[
    str,
    Matches(
        r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?::\d{2,5})?"
        r"/(?!.*\.\.)(?!.*//)[A-Za-z0-9._~/@%+-]{1,500}\.tar\.(?:gz|xz)",
        "the https address of a .tar.gz or .tar.xz is wanted, without user, password and query",
        "write it as in https://releases.example.com/orders/1.4.2.tar.gz",
    ),
]


class FetchedArchive(Settings):
    """An archive of the built application with its packages, which the server fetches by HTTPS."""

    kind: Literal["archive"]
    """Always `archive`."""
    url: ArchiveUrl
    """The archive's address."""
    sha256: Sha256
    """The archive's SHA-256 sum: the server unpacks nothing else."""
    token: SecretName | None = None
    """The name of the secret that the server shows to get it (`Authorization: Bearer …`); none where it needs none."""


VpsRelease = Annotated[FetchedArchive | GitRelease | ImageRelease | ImagesRelease, Field(discriminator="kind")]
