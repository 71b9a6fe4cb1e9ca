"""The rows of a PostgreSQL database from one side to the other: reached, dumped, restored, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.estimates import check_minutes, dump_minutes, restore_minutes
from slipway.move.model import Step
from slipway.move.shell import docker, made, port, tunnel, word

if TYPE_CHECKING:
    from slipway.move.facts import Postgres, Side

_CA = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
# In the container, to its own address: there PostgreSQL asks for the password, and on the loopback it asks nobody. bash is
# in every image of it. Whichever end closes first ends the other.
CONNECT = 'exec 3<>"/dev/tcp/$HOSTNAME/5432"; cat <&3 & cat <&0 >&3 & wait -n; kill $(jobs -p) 2>/dev/null'
_SQL = "tools/compare_databases"  # queries that are too long to be read at night


def url(side: Side) -> str:
    """The variable that has the address of the side's database."""
    return f"{side.word}_DATABASE_URL"


def reach(side: Side, database: Postgres) -> tuple[str, ...]:
    """Commands after which the side's variable has the address of its database, reachable from this machine."""
    if database.kind == "external":
        return (
            _password(side, database),
            _address(side, database, database.host, str(database.port), _trust(side, database)),
        )
    if database.kind == "local":
        return (
            f'ssh -fNL {port(side)}:127.0.0.1:5432 "${side.word}_SERVER"',
            # Made on the server, and only root reads it there: hexadecimal, so nothing in it needs another spelling.
            f"{side.word}_PASSWORD=$(on_{side.low} cat /etc/slipway/generated/postgres)",
            _address(side, database, "127.0.0.1", str(port(side)), "sslmode=disable"),
        )
    if database.kind == "container" and database.made is not None:
        inside = f'"${side.word}_DATABASE"'
        return (
            f"{side.word}_DATABASE={made(side, database.made)}",
            f"tools/each-connection {port(side)} {docker(side)} exec --interactive {inside} bash -c {word(CONNECT)}",
            # Made by the stack: hexadecimal, so nothing in it needs another spelling.
            f"{side.word}_PASSWORD=$({side.low}_docker exec {inside} printenv POSTGRES_PASSWORD)",
            _address(side, database, "127.0.0.1", str(port(side)), "sslmode=disable"),
        )
    host = made(side, database.made) if database.made else word(database.host)
    extra = "sslmode=verify-full&sslrootcert=$MOVE/rds.pem&hostaddr=127.0.0.1"
    return (
        f'curl --silent --fail --output "$MOVE/rds.pem" {_CA}',
        *tunnel(side, f"{side.word}_HOST", host, database.port, port(side)),
        _password(side, database),
        _address(side, database, f"${side.word}_HOST", str(port(side)), extra),
    )


def versions(source: Side, target: Side) -> Step:
    """That this machine's programs and the new server can read what the old one has."""
    ask = f"psql -XAtf {_SQL}/size.sql"
    return Step(
        key="postgres-versions",
        title="Ask both databases for their version and size",
        text="The new server must not be older than the old one, and `pg_dump` not older than either.",
        commands=(
            "pg_dump --version",
            f"tools/with-database {url(source)} {ask}",
            f"tools/with-database {url(target)} {ask}",
            f"tools/compare-databases --apart {url(source)} {url(target)}",
        ),
        good="the last command says that these are two databases. With another size than below, reckon the times anew.",
        minutes=5,
    )


def export(source: Side, gib: float) -> Step:
    """A dump of what the application has, on this machine."""
    commands = (
        f"mapfile -t SCHEMAS < <(tools/with-database {url(source)} psql -XAtf {_SQL}/schemas.sql)",
        'rm -rf "$MOVE/dump"',
        (
            f'[ "${{#SCHEMAS[@]}}" -gt 0 ] && tools/with-database {url(source)} pg_dump --format=directory --jobs=4 --blobs'
            ' --no-owner --no-privileges "${SCHEMAS[@]}" --file="$MOVE/dump"'
        ),
    )
    return Step(
        key="postgres-export",
        title="Export PostgreSQL",
        text="The schemas in which the application's user has tables; a provider's own stay where they are.",
        commands=commands,
        good="`pg_dump` ends without a word.",
        minutes=dump_minutes(gib),
    )


def load(source: Side, target: Side, gib: float) -> Step:
    """The dump into the new database, which is emptied before. It stops at the first error."""
    return Step(
        key="postgres-import",
        title="Import PostgreSQL",
        text=(
            f"This empties the database of `{target.stack}` first. The first command refuses where both variables lead to"
            " one database. An error about an extension counts only if `pg_restore` then misses it."
        ),
        commands=(
            (
                f"tools/compare-databases --apart {url(source)} {url(target)} &&"
                f' tools/with-database {url(source)} psql -XAtf {_SQL}/empty.sql >"$MOVE/empty.sql" &&'
                f' tools/with-database {url(target)} psql -Xqf "$MOVE/empty.sql"'
            ),
            'pg_restore --list "$MOVE/dump" | grep -v " SCHEMA - " >"$MOVE/dump.list"',
            (
                f"tools/with-database {url(target)} pg_restore --jobs=4 --exit-on-error --no-owner --no-privileges"
                ' --use-list="$MOVE/dump.list" --dbname=postgresql:// "$MOVE/dump"'
            ),
            # Without a word of the server's own tables, which the application's user may not analyze.
            f"tools/with-database {url(target)} psql -Xqc 'set client_min_messages = error' -c analyze",
        ),
        good="`pg_restore` ends without a word. After an error, run the whole step again: it begins empty.",
        minutes=restore_minutes(gib),
    )


def check(source: Side, target: Side, gib: float) -> Step:
    """That both have the same."""
    return Step(
        key="postgres-check",
        title="Compare the two databases",
        text="Every table by count and checksum, every sequence, indexes, constraints and the like.",
        commands=(f'tools/compare-databases {url(source)} {url(target)} | tee "$MOVE/compared"',),
        good="`All the same`, exit code 0. Anything else: do not go on; import again, or go back.",
        minutes=check_minutes(gib),
    )


def shut(side: Side, database: Postgres) -> Step:
    """No more writes: new sessions are read-only, and the services' old ones end."""
    alter = f"alter database {_sql(database.name)} set default_transaction_read_only = on"
    return Step(
        key="postgres-read-only",
        title=f"Make the database of {side.stack} read-only",
        text="From now on nothing is written there that the new side would not have. A forgotten program gets an error.",
        commands=(
            f"tools/with-database {url(side)} psql -Xqc {word(alter)}",
            f"tools/with-database {url(side)} psql -XAtf {_SQL}/end_sessions.sql",
        ),
        good="0: nobody else is connected as this user. A pooler that keeps idle connections may show some.",
        minutes=1,
    )


def open_again(side: Side, database: Postgres) -> tuple[str, ...]:
    """Commands after which the side's database takes writes again."""
    alter = f"alter database {_sql(database.name)} reset default_transaction_read_only"
    begin = word("set default_transaction_read_only = off")
    return (f"tools/with-database {url(side)} psql -Xqc {begin} -c {word(alter)}",)


def _sql(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _password(side: Side, database: Postgres) -> str:
    if database.kind == "managed":
        secret = f"aws:secretsmanager/secret:Secret::{side.app}-secrets-{database.secret}"
        ask = (
            f'{side.low}_aws secretsmanager get-secret-value --secret-id "$(made "${side.word}" {word(secret)} arn)"'
            " --query SecretString --output text"
        )
    else:
        ask = f'pulumi config get --stack "${side.word}" secrets:{database.secret}'
    return f"{side.word}_PASSWORD=$({ask} | jq -rR @uri)"


def _trust(side: Side, database: Postgres) -> str:
    """How the database is known to be the right one."""
    if not database.tls:
        return "sslmode=disable"
    return "sslmode=verify-full" + (f"&sslrootcert=${side.word}_CA" if database.authority else "")


def _address(side: Side, database: Postgres, host: str, port_: str, extra: str) -> str:
    return f'export {url(side)}="postgresql://{database.user}:${side.word}_PASSWORD@{host}:{port_}/{database.name}?{extra}"'
