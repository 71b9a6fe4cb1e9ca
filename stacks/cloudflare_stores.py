"""What a Worker keeps in KV and sends to queues, and how it is given the messages of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.cloudflare.edge_stores import EdgeNamespace, EdgeQueue
from config.cloudflare_stores import DEAD, slug
from stacks.cloudflare_names import named

if TYPE_CHECKING:
    import pulumi

    from components.cloudflare.edge_application_args import EdgeConsumerArgs
    from components.cloudflare.edge_stores import EdgeQueueArgs
    from config.cloudflare import Cloudflare
    from config.cloudflare_stores import QueueWork
    from config.stack import StackSettings


@dataclass(frozen=True, slots=True)
class Queues:
    """What the Worker has of the queues."""

    names: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    """Their names in the account, by the names under which it sends to them."""
    consumed: dict[str, EdgeConsumerArgs] = field(default_factory=dict)
    """Those that it takes messages from, by the end of their names."""


def namespaces(
    stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions
) -> dict[str, pulumi.Input[str]]:
    """Make the namespaces of KV: their ids, by the names under which the Worker finds them."""
    return {
        name: EdgeNamespace(
            f"{stack.app}-kv-{slug(name)}",
            {
                "account_id": topology.account_id,
                "title": named(stack, slug(name)),
                "deletion": said.deletion,
            },
            placed,
        ).namespace_id
        for name, said in topology.namespaces.items()
    }


def queues(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> Queues:
    """Make the queues, and those that take what they give up."""
    made = Queues()
    for name, said in topology.queues.items():
        args: EdgeQueueArgs = {
            "account_id": topology.account_id,
            "queue_name": named(stack, slug(name)),
            "deletion": said.deletion,
        }
        if said.work is not None and said.work.dead_letters:
            args["dead_letter_name"] = named(stack, slug(name), DEAD)
        queue = EdgeQueue(f"{stack.app}-queue-{slug(name)}", args, placed)
        made.names[name] = queue.queue_name
        if said.work is not None:
            made.consumed[slug(name)] = _consumer(queue, said.work)
    return made


def _consumer(queue: EdgeQueue, said: QueueWork) -> EdgeConsumerArgs:
    args: EdgeConsumerArgs = {
        "queue_id": queue.queue_id,
        "batch": said.batch,
        "wait": said.wait,
        "retries": said.retries,
        "retry_delay": said.retry_delay,
    }
    if said.concurrency is not None:
        args["concurrency"] = said.concurrency
    if said.dead_letters:
        args["dead_letter_name"] = queue.dead_letter_name
    return args
