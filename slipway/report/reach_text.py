"""Who can reach whom in a plan, as a table for a person and as JSON."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

from rich.text import Text

from plan.graph import Graph
from policies.network.model import network_of
from policies.network.reach import MOST, forbidden, reach

if TYPE_CHECKING:
    from rich.console import Console

    from plan.model import Plan
    from policies.network.paths import End

_REST = f"More was left out: {MOST:,} pairs were looked at. The rules judge all of them."


def print_reach(console: Console, plan: Plan) -> None:
    """Each connection that is possible; then the path of each that the rules forbid, then what is not proven."""
    network = network_of(Graph(plan))
    found = reach(network)
    wrong = [forbidden(network, each) for each in found.connections]
    console.print(Text.assemble(("Reach", "bold"), f"  {_counted(len(found.connections))} in {plan.stack}"))
    if not found.complete:
        console.print(Text(f"  {_REST}", "yellow"))
    rows = [(_shown(each.source), _shown(each.destination)) for each in found.connections]
    first, second = (max((len(row[side]) for row in rows), default=0) for side in (0, 1))
    for (source, destination), each, is_wrong in zip(rows, found.connections, wrong, strict=True):
        line = Text(f"  {source:<{first}}  {destination:<{second}}  {each.traffic}")
        if is_wrong:
            line.append("  forbidden", "bold red")
        elif not each.certain:
            line.append("  not certain", "yellow")
        console.print(line)
    for each in compress(found.connections, wrong):
        console.print(Text(f"  Path: {' → '.join((each.source.name, *each.path, each.destination.name))}"))
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
        "complete": found.complete,
        "unproven": [{"name": name, "message": told} for name, told in found.unproven],
    }


def _counted(number: int) -> str:
    return "1 connection is possible" if number == 1 else f"{number or 'no'} connections are possible"


def _end(end: End) -> dict[str, str]:
    return {"name": end.name, "kind": end.kind, "urn": end.urn}


def _shown(end: End) -> str:
    return end.name if end.kind == "internet" else f"{end.name} ({end.kind})"
