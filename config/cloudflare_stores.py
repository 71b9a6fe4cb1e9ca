"""What a Worker keeps and hands on beside its database and files: entries in KV, and messages in queues."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import Deletion, Flag, Matches, Whole

# The names in the account end in it, and those of queues have at most 63 characters there.
StoreName = Annotated[
    str,
    Matches(
        r"[A-Z](?:[A-Z0-9]|_(?=[A-Z0-9])){0,29}",
        "1 to 30 capital letters, digits and single _ between them are allowed, a letter first",
        "shorten or respell the name",
    ),
]
DEAD = "dead"  # what the name of a queue ends in that takes what another one gave up
_DAY = 86_400  # seconds


class KvNamespace(Settings):
    """Entries by key, read fast everywhere and written seldom: a change is seen elsewhere within a minute or so."""

    deletion: Deletion = Deletion.PROTECT
    """What becomes of the entries when the namespace leaves the program: protect, retain or destroy."""


class NoConsumer(Settings):
    """Messages that this Worker only sends."""

    kind: Literal["none"]
    """Always `none`: another Worker takes them, or nobody yet."""


class QueueWork(Settings):
    """Messages that the Worker is given. The figures are Cloudflare's own where nothing is said."""

    kind: Literal["worker"]
    """Always `worker`: this one."""

    batch: Annotated[Whole, Field(ge=1, le=100)] = 10
    """Messages that it is given at once, at most."""
    wait: Annotated[Whole, Field(ge=0, le=60)] = 5
    """Seconds after which it is given what is there, though it is no full batch."""
    retries: Annotated[Whole, Field(ge=0, le=100)] = 3
    """How often a message comes again that it did not take, before it is given up."""
    retry_delay: Annotated[Whole, Field(ge=0, le=_DAY)] = 0
    """Seconds until such a message comes again."""
    concurrency: Annotated[Whole, Field(ge=1, le=250)] | None = None
    """How many batches are worked on at a time, at most. None leaves it to Cloudflare, which goes with the load."""
    dead_letters: Flag = True
    """Whether a message that is given up goes to a queue of its own, where one can look at it; else it is lost."""


class EdgeQueue(Settings):
    """Messages that one request leaves and another run of the Worker takes."""

    consumer: Annotated[QueueWork | NoConsumer, Field(discriminator="kind")] = QueueWork(kind="worker")
    """Whether and how the messages come to this Worker: worker or none."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the messages when the queue leaves the program: protect, retain or destroy."""

    @property
    def work(self) -> QueueWork | None:
        """How the Worker is given the messages; None where it only sends them."""
        return self.consumer if isinstance(self.consumer, QueueWork) else None


def slug(name: str) -> str:
    """The end of a name in the account: SESSION_KEYS is session-keys there."""
    return name.lower().replace("_", "-")
