"""How a release's migrations run once, however many machines start together. Pure text."""

from __future__ import annotations

from components.server.texts import bare_javascript


def migration_runner() -> str:
    """The Node.js program that runs a command once per release, before any machine of the release takes traffic.

    `node migrate.mjs --release ID [--wait SECONDS] -- COMMAND…`, with DATABASE_URL in its environment, ends with 0 when
    the command of the release has succeeded, here or elsewhere. It finds `pg` in the `node_modules` of the folder that
    SLIPWAY_TOOLS names, or of `slipway` in the working folder. It holds no secret and fits into user data.
    docs/migrations.md has the rules, docs/decisions/0011-migrations-run-once.md the reasons.
    """
    return bare_javascript("migrate.mjs")
