"""Effective settings as a table: what is set, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from config.errors import dotted

if TYPE_CHECKING:
    from config.effective import Effective, Setting


def settings_table(effective: Effective) -> Table:
    """One row for each setting, in the models' order."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for setting in effective.settings:
        style = "dim" if setting.file is None else ""
        table.add_row(dotted(setting.path), json.dumps(setting.value, ensure_ascii=False), origin(setting), style=style)
    return table


def origin(setting: Setting) -> str:
    """File and line of a setting, or that it is a default."""
    if setting.file is None:
        return "default"
    return setting.file if setting.line is None else f"{setting.file}:{setting.line}"
