"""How a single server comes by its certificate."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import EmailAddress, SecretName


class FileProof(Settings):
    """Let's Encrypt asks each host for a file (HTTP-01). The names must lead to the server."""

    kind: Literal["file"]
    """Always `file`."""
    email: EmailAddress
    """Whom Let's Encrypt knows the account by."""


class RecordProof(Settings):
    """Let's Encrypt looks for a record in the zone at Cloudflare (DNS-01), which the server makes and deletes."""

    kind: Literal["record"]
    """Always `record`."""
    email: EmailAddress
    """Whom Let's Encrypt knows the account by."""
    token: SecretName = "CERTIFICATE_TOKEN"  # noqa: S105  # a name
    """The name of the secret with a token of Cloudflare's that may edit the zone's records, and nothing else."""


ServerCertificate = Annotated[FileProof | RecordProof, Field(discriminator="kind")]
