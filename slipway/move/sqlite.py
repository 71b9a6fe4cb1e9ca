"""A SQLite database from one side to the other: a file of a machine or a server, or in a volume, or Cloudflare's D1."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from slipway.move.estimates import file_minutes
from slipway.move.model import Step
from slipway.move.shell import word

if TYPE_CHECKING:
    from slipway.move.facts import Side, Sqlite

_FILE = '"$MOVE/data.db"'
_SUM = '"$MOVE/data.sha256"'
_PORT = 8765
# What `.backup` of the sqlite3 program does, with what every machine has.
_BACKUP = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"


# In a container of the services' own image, as its user: what is written there is theirs. Node.js is in each of them.
_PUT = (
    'const fs = require("fs"), [, file, sum] = process.argv, hash = require("crypto").createHash("sha256");'
    ' process.stdin.on("data", (part) => hash.update(part)).pipe(fs.createWriteStream(file + ".new")).on("finish", () => {'
    ' if (hash.digest("hex") !== sum) { console.error("not all of the file came"); process.exit(1); }'
    ' for (const end of ["-wal", "-shm", "-journal"]) fs.rmSync(file + end, { force: true });'
    ' fs.renameSync(file + ".new", file); });'
)
_BACKED_UP = '" ".backup \'$MOVE/data.db\'"'
_FENCED = "--network none --cap-drop ALL --security-opt no-new-privileges"


def export(side: Side, database: Sqlite, gib: float) -> Step:
    """The database as a file on this machine."""
    if database.kind == "d1":
        commands: tuple[str, ...] = (
            'rm -f "$MOVE/d1.sql" "$MOVE/data.db"',
            (
                f'npx wrangler d1 export {word(database.path)} --remote --config "$MOVE/{side.low}/wrangler.jsonc"'
                ' --output "$MOVE/d1.sql"'
            ),
            f'sqlite3 -bail {_FILE} <"$MOVE/d1.sql"',
            (
                f"tools/sqlite-to-d1 {_FILE} --database {word(database.path)} --remote --verify"
                f' --config "$MOVE/{side.low}/wrangler.jsonc"'
            ),
        )
        return Step(
            key="sqlite-export",
            title="Export D1 into a file",
            text="A database with full-text tables cannot be exported so (docs/edge.md).",
            commands=commands,
            good="`tools/sqlite-to-d1 --verify` shows each table with the same number and checksum on both sides.",
            minutes=file_minutes(gib) + 3,
        )
    if database.kind == "volume":
        return _out_of_volume(side, database, gib)
    copy = str(PurePosixPath(database.path).with_name("move.db"))
    run = f"sudo python3 -c '{_BACKUP}' {database.path} {copy}"
    if side.runs == "server":
        commands = (
            f"on_{side.low} python3 -c {word(_BACKUP)} {database.path} {copy}",
            f"on_{side.low} cat {copy} >{_FILE}",
            f"on_{side.low} sha256sum {copy}",
        )
    else:
        serve = f"sudo sha256sum {copy}; cd {PurePosixPath(copy).parent}; sudo python3 -m http.server --bind 127.0.0.1 {_PORT}"
        commands = (
            (
                f'{side.low}_aws ssm start-session --target "${side.word}_MACHINE" --document-name'
                f" AWS-StartInteractiveCommand --parameters {word(_said(run))}"
            ),
            (
                f'{side.low}_aws ssm start-session --target "${side.word}_MACHINE" --document-name'
                f' AWS-StartInteractiveCommand --parameters {word(_said(serve))} >"$MOVE/serve" 2>&1 &'
            ),
            (
                f'{side.low}_aws ssm start-session --target "${side.word}_MACHINE" --document-name'
                f' AWS-StartPortForwardingSession --parameters portNumber={_PORT},localPortNumber={_PORT} >"$MOVE/tunnel" 2>&1 &'
            ),
            'until grep -q Waiting "$MOVE/tunnel"; do sleep 1; done',
            f"curl --fail --silent --show-error --output {_FILE} http://127.0.0.1:{_PORT}/{PurePosixPath(copy).name}",
            'grep move.db "$MOVE/serve"; kill %%; kill %-',
        )
    return Step(
        key="sqlite-export",
        title="Export the SQLite file",
        text="The services have ended, so the copy is whole, with what still stood in the file beside it (`-wal`).",
        commands=(
            *commands,
            f'(cd "$MOVE" && sha256sum data.db | tee {_SUM})',
            f'sqlite3 {_FILE} "pragma integrity_check"',
        ),
        good="the two sums are the same, and the last line is `ok`.",
        minutes=file_minutes(gib) + 2,
    )


def load(side: Side, database: Sqlite, gib: float) -> Step:
    """The file into the new side."""
    if database.kind == "d1":
        return Step(
            key="sqlite-import",
            title="Import the file into D1",
            text=(
                "All of it arrives, or nothing does. The database must be empty: a stack with `database.migrations` is deployed"
                " without them until then (docs/edge.md)."
            ),
            commands=(
                (
                    f"tools/sqlite-to-d1 {_FILE} --database {word(database.path)} --remote"
                    f' --config "$MOVE/{side.low}/wrangler.jsonc"'
                ),
            ),
            good="exit code 0; each table with its number of rows.",
            minutes=file_minutes(gib) + 5,
        )
    if database.kind == "volume":
        return _into_volume(side, database, gib)
    new = f"{database.path}.new"
    # Services have the folder's group in common, and each of them writes the file.
    owner = f'chown --reference="$(dirname {database.path})" {new} && chmod 660 {new}'
    place = f"rm -f {database.path}-wal {database.path}-shm && {owner} && mv {new} {database.path}"
    if side.runs == "server":
        commands: tuple[str, ...] = (
            f"on_{side.low} tee {database.path}.new <{_FILE} >/dev/null",
            f"on_{side.low} sh -c {word(place)}",
        )
    else:
        commands = (
            f'{side.low}_aws s3 cp {_FILE} "s3://$MOVE_BUCKET/move/data.db" --sse aws:kms',
            f'URL=$({side.low}_aws s3 presign "s3://$MOVE_BUCKET/move/data.db" --expires-in 900)',
            (
                f'{side.low}_aws ssm start-session --target "${side.word}_MACHINE" --document-name AWS-StartInteractiveCommand'
                f' --parameters "$(jq -n --arg url "$URL" {word(_fetch(database.path, place))})"'
            ),
        )
    return Step(
        key="sqlite-import",
        title="Put the file in its place",
        text=f"The services of `{side.stack}` are stopped, so nobody has the file open.",
        commands=commands,
        good="no error.",
        minutes=file_minutes(gib) + 2,
    )


def tried(side: Side, database: Sqlite) -> Step:
    """The import into a D1 of this machine: it shows what D1 would refuse, and changes nothing anywhere else."""
    command = f"tools/sqlite-to-d1 {_FILE} --database {word(database.path)} --local"
    return Step(
        key="trial-sqlite-import",
        title="Trial: import the file into D1 on this machine",
        text="What D1 would refuse is named here, all at once.",
        commands=(f'{command} --config "$MOVE/{side.low}/wrangler.jsonc" --persist-to "$MOVE/d1"',),
        good="exit code 0.",
        minutes=5,
    )


def check(side: Side, database: Sqlite) -> Step:
    """That the new side has what the file has."""
    if database.kind == "d1":
        commands: tuple[str, ...] = (
            (
                f"tools/sqlite-to-d1 {_FILE} --database {word(database.path)} --remote --verify"
                f' --config "$MOVE/{side.low}/wrangler.jsonc"'
            ),
        )
        good = "each table has the same number of rows and the same checksum on both sides, exit code 0."
    elif database.kind == "volume":
        inside = f'"${side.word}_CONTAINER:{database.path}"'
        commands = (f"{side.low}_docker cp {inside} - | tar -xO | sha256sum", f"cat {_SUM}")
        good = "the two sums are the same."
    elif side.runs == "server":
        commands = (f"on_{side.low} sha256sum {database.path}", f"cat {_SUM}")
        good = "the two sums are the same."
    else:
        look = f"sudo sha256sum {database.path}"
        commands = (
            (
                f'{side.low}_aws ssm start-session --target "${side.word}_MACHINE" --document-name'
                f" AWS-StartInteractiveCommand --parameters {word(_said(look))}"
            ),
            f"cat {_SUM}",
        )
        good = "the two sums are the same."
    return Step(key="sqlite-check", title="Compare the SQLite databases", commands=commands, good=good, minutes=2)


def _out_of_volume(side: Side, database: Sqlite, gib: float) -> Step:
    """Out of the volume as it is, with what stands beside it: a container need not run for that.

    The folder is copied twice. Where the file is the same in both, and the file beside it has the same beginning, which
    is another one each time that it is begun anew, nothing was put into the database between, and the first copy is of
    one moment.
    """
    path = PurePosixPath(database.path)
    copies = tuple(
        f'{side.low}_docker cp "${side.word}_CONTAINER:{path.parent}" - |'
        f' tar -x --no-same-owner --strip-components=1 -C "$MOVE/{copy}"'
        for copy in ("one", "two")
    )
    first, second = (f'"$MOVE/{copy}/{path.name}' for copy in ("one", "two"))
    commands = (
        'rm -rf "$MOVE/one" "$MOVE/two" "$MOVE/data.db"',
        'mkdir "$MOVE/one" "$MOVE/two"',
        *copies,
        f'cmp {first}" {second}"',
        f'if [ -e {first}-wal" ]; then cmp -n 32 {first}-wal" {second}-wal"; fi',
        f'rm -f {first}-shm"',
        f"sqlite3 {first}{_BACKED_UP}",
        f'(cd "$MOVE" && sha256sum data.db | tee {_SUM})',
        f'sqlite3 {_FILE} "pragma integrity_check"',
    )
    return Step(
        key="sqlite-export",
        title="Export the SQLite file",
        text="The services have ended. The folder is copied twice, for a copy is whole where both are the same.",
        commands=commands,
        good="`cmp` says nothing, and the last line is `ok`. Where it names a difference, somebody wrote meanwhile: run it again.",
        minutes=2 * file_minutes(gib) + 2,
    )


def _into_volume(side: Side, database: Sqlite, gib: float) -> Step:
    run = f'{side.low}_docker run --rm --interactive {_FENCED} --volumes-from "${side.word}_CONTAINER"'
    return Step(
        key="sqlite-import",
        title="Put the file in its place",
        text=(
            f"The services of `{side.stack}` are stopped, so nobody has the file open. It is written as the user of their"
            " image, and takes its place only when all of it has come."
        ),
        commands=(
            (
                f'{run} --entrypoint node "${side.word}_IMAGE" -e {word(_PUT)} {word(database.path)}'
                f' "$(sha256sum <{_FILE} | cut -d " " -f 1)" <{_FILE}'
            ),
        ),
        good="no error.",
        minutes=file_minutes(gib) + 2,
    )


def _said(command: str) -> str:
    """A command as Session Manager's documents take it."""
    quoted = command.replace("\\", "\\\\").replace('"', '\\"')
    return f'command=["{quoted}"]'


def _fetch(path: str, place: str) -> str:
    """The parameters of the command that fetches the file, as a filter of jq with the variable `url`."""
    script = f"sudo sh -c 'curl -fsS -o {path}.new \"$1\" && {{ {place}; }}' - ".replace("\\", "\\\\").replace(
        '"', '\\"'
    )
    return f'{{command: ["{script}" + ($url | @sh)]}}'
