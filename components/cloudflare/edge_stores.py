"""What an application at Cloudflare's edge keeps beside its data: entries in KV, and messages in queues."""

from typing import NotRequired, TypedDict

import pulumi

from components.cloudflare.sdk import cloudflare
from components.deletion import kept
from config.values import Deletion


class EdgeNamespaceArgs(TypedDict):
    """Entries by key."""

    account_id: pulumi.Input[str]
    """The account."""
    title: str
    """What the namespace is called there: unique in the account."""
    deletion: Deletion
    """What becomes of it when it leaves the program."""


class EdgeNamespace(pulumi.ComponentResource):
    """Guarantees a namespace of KV whose entries a change of the program does not delete unless it was told to."""

    namespace_id: pulumi.Output[str]
    """Its id, for the Worker that is bound to it."""

    def __init__(self, name: str, args: EdgeNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeNamespace", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept(args["deletion"]))
        made = cloudflare.WorkersKvNamespace(
            f"{name}-kv", account_id=args["account_id"], title=args["title"], opts=data
        )
        self.namespace_id = made.id
        self.register_outputs({"namespaceId": self.namespace_id})


class EdgeQueueArgs(TypedDict):
    """Messages that wait to be taken."""

    account_id: pulumi.Input[str]
    """The account."""
    queue_name: str
    """What the queue is called there: unique in the account."""
    dead_letter_name: NotRequired[str]
    """What the queue is called there that takes the messages which this one gives up; without it they are lost."""
    deletion: Deletion
    """What becomes of both when they leave the program."""


class EdgeQueue(pulumi.ComponentResource):
    """Guarantees a queue whose messages, those that it gave up too, no change deletes unless it was told to."""

    queue_id: pulumi.Output[str]
    """Its id, for who takes its messages."""
    queue_name: pulumi.Output[str]
    """Its name, for the Worker that sends to it."""
    dead_letter_name: pulumi.Output[str]
    """The name of the queue for what it gives up; empty where there is none."""

    def __init__(self, name: str, args: EdgeQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeQueue", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept(args["deletion"]))
        made = cloudflare.Queue(
            f"{name}-queue", account_id=args["account_id"], queue_name=args["queue_name"], opts=data
        )
        self.queue_id = made.id
        self.queue_name = made.queue_name
        dead = args.get("dead_letter_name")
        self.dead_letter_name = pulumi.Output.from_input("")
        if dead is not None:
            gave_up = cloudflare.Queue(f"{name}-dead", account_id=args["account_id"], queue_name=dead, opts=data)
            self.dead_letter_name = gave_up.queue_name
        self.register_outputs(
            {"queueId": self.queue_id, "queueName": self.queue_name, "deadLetterName": self.dead_letter_name}
        )
