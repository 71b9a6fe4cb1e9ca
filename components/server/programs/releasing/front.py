"""nginx: which processes it leads to, and that it really does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from .running import run
from .saying import Failed
from .slots import answer
from .state import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .document import Service

PLACE = Path("/etc/nginx/slipway")
PID = Path("/run/nginx.pid")
PATIENCE = 30


def upstream(service: str) -> Path:
    """The file that says where a service is."""
    return PLACE / f"upstream-{service}.conf"


def lines(service: Service, slot: str) -> str:
    """Where a service is, when it is in a slot."""
    ports = service.ports(slot)
    return "".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=10s;\n" for port in ports)


def lead(texts: Mapping[str, str], *, anew: bool = True) -> None:
    """Let nginx lead to these, all at once; what it refuses is taken back. It reads them `anew` even if it has them."""
    before = {name: upstream(name).read_text() if upstream(name).exists() else None for name in texts}
    if not anew and before == dict(texts) and _workers():
        return
    for name, text in texts.items():
        write(upstream(name), text, 0o644)
    try:
        run("nginx", "-t", "-q")
    except Failed:
        for name, former in before.items():
            upstream(name).unlink() if former is None else write(upstream(name), former, 0o644)
        raise
    old = _workers()
    run("systemctl", "reload-or-restart", "nginx")
    # A reload only asks nginx to. Until a worker is there that has read the files, the old ones are in use.
    for _ in range(PATIENCE * 10):
        if _workers() - old:
            return
        time.sleep(0.1)
    raise Failed("nginx does not take its new configuration; see: journalctl -u nginx")


def _workers() -> set[int]:
    """The processes of nginx's master."""
    try:
        master = int(PID.read_text())
        return {int(each) for each in Path(f"/proc/{master}/task/{master}/children").read_text().split()}
    except (OSError, ValueError):
        return set()


def check(service: Service) -> None:
    """Ask a service its health through nginx."""
    wrong: str | None = None
    if service.front is None or service.health_path is None:
        return
    for _ in range(10):
        wrong = answer(service.front["port"], service.front["path"], service.front["host"], tls=service.front["tls"])
        if wrong is None:
            return
        time.sleep(0.5)
    raise Failed(f"{service.name} is well, but nginx {wrong}")
