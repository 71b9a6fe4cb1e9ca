"""What `helpdesk-edge` gives its Worker is what the example uses: neither gains, loses or renames anything alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.stacks.edge_bindings import as_typescript, of_interface, of_plan, of_wrangler, used
from tests.stacks.project import ROOT, folder, graph, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.edge_bindings import Facts

STACK = "helpdesk-edge"
EXAMPLE = ROOT / "examples" / "edge-chat"
WRANGLER = (EXAMPLE / "wrangler.jsonc").read_text(encoding="utf-8")
INTERFACE = (EXAMPLE / "src" / "env.ts").read_text(encoding="utf-8")
SOURCES = "\n".join(file.read_text(encoding="utf-8") for file in sorted((EXAMPLE / "src").glob("*.ts")))
Content = dict[str, Any]  # any YAML


def declared(text: str) -> Facts:
    """What wrangler's file with this text declares where the example lies."""
    return of_wrangler(text, EXAMPLE.relative_to(ROOT).as_posix())


def test_the_program_declares_what_the_example_declares() -> None:
    assert of_plan(graph(STACK)) == declared(WRANGLER)


def test_the_example_is_written_for_what_it_declares_and_uses_all_of_it() -> None:
    fields = of_interface(INTERFACE)
    assert fields == as_typescript(declared(WRANGLER))
    assert used(SOURCES) == set(fields)


def test_the_classes_of_its_rooms_are_those_that_the_worker_exports() -> None:
    kinds = [str(kind) for fact, kind in declared(WRANGLER).items() if fact.startswith("binding ")]
    bound = [kind.partition(" ")[2] for kind in kinds if " " in kind]
    assert bound, "the example has no rooms, and nothing is looked at here"
    entry = (EXAMPLE / "src" / "index.ts").read_text(encoding="utf-8")
    for name in bound:
        assert f"export {{ {name} }}" in entry
        assert f"export class {name} extends DurableObject<Env>" in SOURCES


# -- a difference on either side is seen


def _worker(**changes: Any) -> Callable[[Content], None]:  # Any: any YAML
    return lambda content: content["slipway:topology"]["worker"].update(changes)


def _topology(**changes: Any) -> Callable[[Content], None]:  # Any: any YAML
    return lambda content: content["slipway:topology"].update(changes)


def _service(**changes: Any) -> Callable[[Content], None]:  # Any: any YAML
    def change(content: Content) -> None:
        for service in content["slipway:overrides"]["services"].values():
            service.update(changes)

    return change


def _overridden(**changes: Any) -> Callable[[Content], None]:  # Any: any YAML
    return lambda content: content["slipway:overrides"].update(changes)


PROGRAMS: dict[str, tuple[Callable[[Content], None], ...]] = {
    "a room more": (
        _worker(objects={"ROOMS": "Room", "INBOX": "Inbox"}, migrations=[{"tag": "v1", "new": ["Room", "Inbox"]}]),
    ),
    "no room": (_worker(objects={}),),
    "rooms of another name": (_worker(objects={"CHATS": "Room"}),),
    "rooms of another class": (_worker(objects={"ROOMS": "Chat"}, migrations=[{"tag": "v1", "new": ["Chat"]}]),),
    "another tag": (_worker(migrations=[{"tag": "v2", "new": ["Room"]}]),),
    "a time": (_worker(crons=["0 3 * * *"]),),
    "files that it reads": (
        _worker(assets={"directory": "dist/client", "worker_first": ["/api/*"], "binding": "ASSETS"}),
    ),
    "files first": (_worker(assets={"directory": "dist/client"}),),
    "no files": (_worker(assets=None),),
    "another day": (_worker(compatibility_date="2026-10-01"),),
    "a flag": (_worker(compatibility_flags=["nodejs_compat"]),),
    "tables of another folder": (_topology(database={"migrations": {"directory": "elsewhere"}}),),
    "tables that somebody else makes": (_topology(database={"location": "weur"}),),
    "no database": (
        _topology(database={}),
        _overridden(data={"sqlite": {"kind": "none", "path": None, "size": None}}),
        _service(derived={"NODE_ENV": None, "DATABASE_PATH": None}),
    ),
    "a variable": (_service(env={"LEVEL": "info"}),),
    "no secret": (_service(secrets=[]), _overridden(secrets=None)),
    "a secret of another name": (_service(secrets=["OTHER"]), _overridden(secrets={"OTHER": {"generate": True}})),
}


@pytest.mark.parametrize("change", PROGRAMS)
def test_a_change_of_the_program_alone_is_seen(change: str) -> None:
    content = yaml.safe_load((ROOT / "config" / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))["config"]
    for each in PROGRAMS[change]:
        each(content)
    elsewhere = folder() / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "0001_tickets.sql").write_text("CREATE TABLE tickets (id INTEGER);\n")
    other = write(f"helpdesk-{change.replace(' ', '-')}", content)
    assert of_plan(graph(other)) != declared(WRANGLER)


DECLARATIONS = {
    "a database less": ('"d1_databases"', '"$schema"'),
    "a database of another name": ('"binding": "DB"', '"binding": "DATA"'),
    "tables of another folder": ('"migrations_dir": "migrations"', '"migrations_dir": "../edge-page/migrations"'),
    "a bucket of another name": ('"binding": "UPLOADS"', '"binding": "FILES"'),
    "a bucket that is a namespace": ('"r2_buckets": [{', '"kv_namespaces": [{'),
    "rooms of another name": ('"name": "ROOMS"', '"name": "CHATS"'),
    "rooms of another class": ('"class_name": "Room"', '"class_name": "Chat"'),
    "another tag": ('"tag": "v1"', '"tag": "v2"'),
    "another new class": ('"new_sqlite_classes": ["Room"]', '"new_sqlite_classes": ["Room", "Inbox"]'),
    "files that it reads": ('"directory": "public"', '"directory": "public", "binding": "ASSETS"'),
    "files first": (', "run_worker_first": ["/api/*"]', ""),
    "a time": ('"workers_dev"', '"triggers": { "crons": ["0 3 * * *"] }, "workers_dev"'),
    "a variable": ('"workers_dev"', '"vars": { "LEVEL": "info" }, "workers_dev"'),
    "a secret more": ('"required": [', '"required": ["OTHER", '),
    "a variable in the place of the secret": (
        '"secrets": { "required": ["JWT_SECRET"] }',
        '"vars": { "JWT_SECRET": "" }',
    ),
    "another day": ('"2026-11-01"', '"2026-10-01"'),
    "an address of workers.dev": ('"workers_dev": false', '"workers_dev": true'),
}


def test_a_change_of_wranglers_file_alone_is_seen() -> None:
    assert [change for change, (old, _) in DECLARATIONS.items() if WRANGLER.count(old) != 1] == []
    program = of_plan(graph(STACK))
    unseen = [change for change, each in DECLARATIONS.items() if declared(WRANGLER.replace(*each)) == program]
    assert unseen == []


@pytest.mark.parametrize("more", ['"ai": { "binding": "AI" }', '"services": []', '"exports": {}'])
def test_what_wranglers_file_declares_in_a_way_that_nobody_here_knows_is_an_error(more: str) -> None:
    with pytest.raises(KeyError, match="say here what that declares"):
        declared(WRANGLER.replace('"workers_dev"', f'{more}, "workers_dev"'))


FIELDS = {
    "a field more": ("readonly DB: D1Database;", "readonly DB: D1Database;\n  readonly KV: KVNamespace;"),
    "a field less": ("readonly UPLOADS: R2Bucket;", ""),
    "a field of another name": ("readonly DB:", "readonly DATA:"),
    "a field of another type": ("readonly UPLOADS: R2Bucket;", "readonly UPLOADS: KVNamespace;"),
    "a field that may be absent": ("readonly UPLOADS:", "readonly UPLOADS?:"),
    "rooms of another class": ("DurableObjectNamespace<Room>", "DurableObjectNamespace<Chat>"),
}


def test_a_change_of_what_the_code_is_given_alone_is_seen() -> None:
    assert [change for change, (old, _) in FIELDS.items() if INTERFACE.count(old) != 1] == []
    fields = as_typescript(declared(WRANGLER))
    unseen = [change for change, each in FIELDS.items() if of_interface(INTERFACE.replace(*each)) == fields]
    assert unseen == []


def test_a_binding_that_no_code_asks_for_is_seen() -> None:
    assert used(SOURCES.replace("env.UPLOADS", "bucket")) != set(of_interface(INTERFACE))
    assert used(f"{SOURCES}\nenv.QUEUE.send(1)") != set(of_interface(INTERFACE))
