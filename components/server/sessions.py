"""How the table that keeps an application's sessions comes into being and stays small. Pure text."""

from __future__ import annotations

from components.server.texts import bare_javascript

EVERY = 60  # minutes between two cleanings in containers; machines have a timer of systemd, as often


def session_keeper(table: str) -> str:
    """The Node.js program that makes the table of sessions where it is not there, and deletes expired rows.

    The table is that of connect-pg-simple. One that is there stays as it is; with other columns the program ends with 1
    and says what they are. It deletes in batches of 1,000, at most 100 a run, and any number may run at once.
    `node sessions.mjs`, or its text behind `node --input-type=module -e`, reads DATABASE_URL, which no command line
    holds, and finds `pg` in the `node_modules` of the folder that SLIPWAY_TOOLS names, or of the working folder.
    """
    return bare_javascript("sessions.mjs").replace("TABLE", table)


def session_command(table: str) -> list[str]:
    """The command that does so in a container, whose image brings `node` and `pg`."""
    return ["node", "--input-type=module", "-e", session_keeper(table)]
