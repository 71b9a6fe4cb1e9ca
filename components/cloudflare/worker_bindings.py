"""What a Worker is bound to, in the form of whatever is bound, and what may be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from components.cloudflare.edge_application_args import EdgeApplicationArgs, EdgeBinding

Bound = TypeVar("Bound")
# What a binding of that type leads to. None of them is a value that the Worker reads.
_TARGETS = {
    "d1": "database_id",
    "durable_object_namespace": "class_name",
    "kv_namespace": "namespace_id",
    "queue": "queue_name",
    "r2_bucket": "bucket_name",
}


def bindings(args: EdgeApplicationArgs, bound: Callable[..., Bound]) -> Iterator[Bound]:
    """Each in the form of its kind. What is secret is marked so on entry, whatever was handed over.

    `bound` makes one: a script's bindings and a version's have the same fields and are other classes.
    """
    for name, value in args["variables"].items():
        yield bound(name=name, type="plain_text", text=value)
    for name, value in args["secrets"].items():
        yield bound(name=name, type="secret_text", text=pulumi.Output.secret(value))
    for name, database in args["databases"].items():
        yield bound(name=name, type="d1", database_id=database)
    for name, bucket in args["buckets"].items():
        yield bound(name=name, type="r2_bucket", bucket_name=bucket)
    for name, namespace in args.get("namespaces", {}).items():
        yield bound(name=name, type="kv_namespace", namespace_id=namespace)
    for name, queue in args.get("queues", {}).items():
        yield bound(name=name, type="queue", queue_name=queue)
    for name, kind in args["objects"].items():
        yield bound(name=name, type="durable_object_namespace", class_name=kind)
    if "binding" in args.get("assets", {}):
        yield bound(name=args["assets"]["binding"], type="assets")


def told(args: EdgeApplicationArgs) -> list[EdgeBinding]:
    """The same bindings without a value: name, type and what each leads to, for the state.

    Where one binding is secret, the state has the whole list of the resource's encrypted; this one it shows.
    """
    listed: list[EdgeBinding] = []
    for each in bindings(args, dict[str, Any]):
        binding: EdgeBinding = {"name": each["name"], "type": each["type"]}
        if each["type"] in _TARGETS:
            binding["target"] = each[_TARGETS[each["type"]]]
        listed.append(binding)
    return listed
