"""Who can reach whom in a plan, as a table for a person and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from plan.graph import Graph
from policies.network.model import network_of
from policies.network.reach import forbidden, reach

if TYPE_CHECKING:
    from rich.console import Console

    from plan.model import Plan
    from policies.network.paths import Connection, End


def print_reach(console: Console, plan: Plan) -> None:
    """Each connection that is possible; then the path of each that the rules forbid, then what is not proven."""
    network = network_of(Graph(plan))
    found = reach(network)
    console.print(Text.assemble(("Reach", "bold"), f"  {_counted(len(found.connections))} in {plan.stack}"))
    if found.connections:
        table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
        for heading in ("from", "to", "what", ""):
            table.add_column(heading, overflow="fold")
        for each in found.connections:
            told = "forbidden" if forbidden(network, each) else "" if each.certain else "not certain"
            table.add_row(
                _shown(each.source), _shown(each.destination), str(each.traffic), Text(told, style="bold red")
            )
        console.print(table)
    for each in found.connections:
        if forbidden(network, each):
            console.print(Text(f"  Path: {_path(each)}"))
    for name, told in found.unproven:
        console.print(Text.assemble("  ", ("not proven", "yellow"), f"  {name}: {told}"))


def reach_document(plan: Plan) -> dict[str, Any]:
    """The same as JSON."""
    network = network_of(Graph(plan))
    found = reach(network)
    return {
        "connections": [
            {
                "source": _end(each.source),
                "destination": _end(each.destination),
                "traffic": [{"protocol": protocol, "ports": ports} for protocol, ports in each.traffic.rows()],
                "certain": each.certain,
                "forbidden": forbidden(network, each),
                "path": list(each.path),
            }
            for each in found.connections
        ],
        "unproven": [{"name": name, "message": told} for name, told in found.unproven],
    }


def _counted(number: int) -> str:
    return "1 connection is possible" if number == 1 else f"{number or 'no'} connections are possible"


def _end(end: End) -> dict[str, str]:
    return {"name": end.name, "kind": end.kind, "urn": end.urn}


def _shown(end: End) -> Text:
    return Text(end.name) if end.kind == "internet" else Text.assemble(end.name, (f"  {end.kind}", "dim"))


def _path(connection: Connection) -> str:
    return " → ".join((connection.source.name, *connection.path, connection.destination.name))
