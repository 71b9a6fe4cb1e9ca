"""What copies a server's SQLite file all the time: litestream's configuration and its unit. Pure text.

The program and its configuration come with a release: until then nothing runs. Decision 21 says why it is of 0.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from components.server.release_program import UNITS
from components.server.texts import compact, render

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS = "litestream.yml"
"""The name of the file below /etc/slipway/credentials; `litestream_config` is what is in it."""
UNIT = "slipway-litestream.service"
"""Its unit, which runs as soon as that file is there."""
METRICS = "127.0.0.1:19099"
"""Where the program says how far it is, to the server's own look at itself. Nothing secret is among that."""

_HERE = Path(__file__).parent / "templates" / "backup"


@dataclass(frozen=True, slots=True)
class Replica:
    """Where the copy of a file goes."""

    file: str
    """The SQLite file."""
    endpoint: str
    """What speaks S3, with its scheme."""
    region: str
    """What requests are signed for."""
    bucket: str
    """The bucket."""
    path: str
    """The folder in it, which nothing else uses."""
    hours: int
    """The hours of which each moment can be had back."""


def litestream_config(copied: Replica, identity: str, access_key: str, secret_key: str) -> str:
    """The configuration file: JSON, which is YAML. All that is sent is encrypted for the identity's own public key.

    The server puts that key in the place of what stands for it, which litestream takes for no key: without one nothing
    is sent. The identity goes along: after a start the program reads its last segment, to learn how far it was.
    """
    replica = {
        "name": "s3",
        "type": "s3",
        "endpoint": copied.endpoint,
        "region": copied.region,
        "bucket": copied.bucket,
        "path": copied.path,
        "access-key-id": access_key,
        "secret-access-key": secret_key,
        "retention": f"{copied.hours}h",
        "retention-check-interval": "1h",
        "snapshot-interval": f"{min(copied.hours, 24)}h",
        "age": {"identities": [identity.strip()], "recipients": ["${recipient}"]},
    }
    return compact({"addr": METRICS, "dbs": [{"path": copied.file, "replicas": [replica]}]}) + "\n"


def litestream_unit(stack: str, file: str) -> Mapping[str, str]:
    """The unit, by path."""
    values = {"stack": stack, "folder": file.rpartition("/")[0]}
    return {f"{UNITS}/{UNIT}": render(_HERE, f"{UNIT}.j2", values)}
