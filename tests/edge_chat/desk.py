"""A help desk's SQLite file of 23 tables, with everything in it that is hard to move."""

from __future__ import annotations

import random
import sqlite3
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE, team REFERENCES teams,
  joined TEXT DEFAULT CURRENT_TIMESTAMP, UNIQUE (name));
CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, lead INTEGER REFERENCES users (id)); -- users and teams: a circle
CREATE TABLE tickets (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, opened_by INTEGER NOT NULL
  REFERENCES users (id) ON DELETE CASCADE, parent INTEGER REFERENCES tickets (id), urgency INTEGER CHECK (urgency < 6));
CREATE TABLE comments (ticket INTEGER REFERENCES tickets, author INTEGER REFERENCES users, text TEXT, -- no key
  at REAL);
CREATE TABLE attachments (id TEXT PRIMARY KEY, ticket INTEGER REFERENCES tickets, content BLOB CHECK
  (length(content) > 60000 OR length(content) < 5000));
CREATE TABLE achievements (code TEXT PRIMARY KEY, points NUMERIC) WITHOUT ROWID;
CREATE TABLE user_achievements (user INTEGER, code TEXT REFERENCES achievements, at TEXT, PRIMARY KEY (user, code),
  FOREIGN KEY (user) REFERENCES users (id)) WITHOUT ROWID;
CREATE TABLE rooms (id INTEGER PRIMARY KEY DESC, name TEXT);
CREATE TABLE members (room INTEGER, user INTEGER, PRIMARY KEY (user, room));
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, room INTEGER,
  author INTEGER REFERENCES users (id), text TEXT);
CREATE TABLE presence (user INTEGER PRIMARY KEY REFERENCES users (id), seen REAL);
CREATE TABLE settings (key TEXT PRIMARY KEY, value ANY) STRICT;
CREATE TABLE audit (at, what);
CREATE TABLE metrics (id INTEGER PRIMARY KEY, value REAL);
CREATE TABLE documents (id INTEGER PRIMARY KEY, data TEXT CHECK (json_valid(data)),
  title TEXT GENERATED ALWAYS AS (json_extract(data, '$.title')) STORED, size AS (length(data)));
CREATE TABLE numbers (id INTEGER PRIMARY KEY, value INTEGER);
CREATE TABLE "odd; -- name" ("select" TEXT, "quo""te" TEXT, "rowid" TEXT, `tick` TEXT, [bracket;] TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, tag TEXT UNIQUE ON CONFLICT IGNORE);
CREATE TABLE ticket_tags (ticket REFERENCES tickets, tag REFERENCES tags);
CREATE TABLE sessions (token BLOB PRIMARY KEY, user INTEGER) WITHOUT ROWID;
CREATE TABLE scripts (id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE counters (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER);
CREATE TABLE empty (a, b);
CREATE VIRTUAL TABLE message_search USING fts5 (text, content='messages', content_rowid='id');
CREATE VIRTUAL TABLE notes USING fts5 (title, body);
CREATE INDEX tickets_by_urgency ON tickets (urgency DESC) WHERE parent IS NULL;
CREATE UNIQUE INDEX documents_by_title ON documents (lower(title));
CREATE VIEW open_tickets AS SELECT id, title FROM tickets WHERE urgency > 2 -- it's; urgent
;
CREATE TRIGGER audited AFTER INSERT ON tickets WHEN new.urgency > 4 BEGIN
  INSERT INTO audit VALUES (datetime('now'), 'urgent; ' || new.title); -- it''s; END
  UPDATE counters SET n = n + CASE WHEN new.id > 0 THEN 1 ELSE 0 END;
END;
CREATE TRIGGER opened INSTEAD OF INSERT ON open_tickets BEGIN SELECT raise(abort, 'not here'); END;
"""
TABLES = 23
TEXTS = (
    "plain", "", " ", "it's; a 'test' -- of /* marks */", 'say "hi"', "line\nbreak\r\nand\ttab", "zero\0inside",
    "BEGIN TRANSACTION; COMMIT;", "to Begin Transaction twice",
    "BEGIN TRANSACTION", "grüße 日本語 🖨️ \u202eabc", "\\ $1 `tick` ${x}", "null", "X'00'", "é" * 3000,
    "$$; $a$", "\ufeffmark", "x" * 50_000 + "; end",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63))
REALS = (0.0, -0.0, 0.1, 1.0, -1.5, 1e100, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, float("inf"),
         -float("inf"), 1e15 + 0.3, 9007199254740993.0, 123456789.123456789, 1e-7, 1e22)  # fmt: skip


def make(file: Path, *, wal: bool = True) -> sqlite3.Connection:
    """Write the file. What is returned is still connected, so that with `wal` the newest rows are not in the file."""
    desk = sqlite3.connect(file, isolation_level=None)
    if wal:
        desk.execute("PRAGMA journal_mode = WAL")
        desk.execute("PRAGMA wal_autocheckpoint = 0")
    desk.execute("PRAGMA user_version = 7")
    tables, _, rest = SCHEMA.partition("CREATE INDEX")
    desk.executescript(tables)
    desk.execute("BEGIN")
    _fill(desk, random.Random(23))  # noqa: S311 - the same file each time
    desk.execute("COMMIT")
    desk.executescript("CREATE INDEX" + rest)
    return desk


def _fill(desk: sqlite3.Connection, chance: random.Random) -> None:
    def add(table: str, rows: list[tuple[object, ...]], columns: str = "") -> None:
        marks = ", ".join("?" for _ in rows[0])
        desk.executemany(f'INSERT INTO "{table}" {columns} VALUES ({marks})', rows)  # noqa: S608 - names of above

    add("teams", [(place, f"team {place}", place * 3) for place in range(1, 11)])
    add("users", [(place, f"user {place}", place % 10 + 1, None) for place in range(1, 501)])
    desk.execute("DELETE FROM users WHERE id > 480")  # the next one is 501 all the same
    texts = [text for text in TEXTS if len(text) < 1000]
    add(
        "tickets", [(n, f"ticket {n}", chance.choice(texts), n % 480 + 1, n - 1 or None, n % 6) for n in range(1, 1501)]
    )
    add("comments", [(n % 1500 + 1, n % 480 + 1, chance.choice(texts), chance.random()) for n in range(2000)])
    desk.execute("DELETE FROM comments WHERE rowid % 7 = 3")
    large = [b"\0\xff;'" * 475_000, b"\0" * 100_000]
    blobs = [chance.randbytes(chance.randrange(2000)) for _ in range(100)] + large
    add("attachments", [(f"file-{n}", n + 1, blob) for n, blob in enumerate(blobs)])
    add("achievements", [(f"a{n}", chance.choice([n, n + 0.5, str(n), None])) for n in range(40)])
    add("user_achievements", [(n % 480 + 1, f"a{n % 40}", "now") for n in range(480)])
    add("rooms", [(n, f"room {n}") for n in range(5, 50, 5)])
    add("members", [(n % 9, n) for n in range(300)])
    add("messages", [(n % 9, n % 480 + 1, f"{chance.choice(texts)} {n}") for n in range(5000)], "(room, author, text)")
    add("presence", [(n, 1.7e9 + chance.random()) for n in range(1, 300)])
    add("settings", [("i", 1), ("r", 1.5), ("t", "1"), ("b", b"1"), ("n", None)])
    add("audit", [(None, text) for text in TEXTS] + [(n, bytes([n])) for n in range(200)])
    desk.execute("INSERT INTO audit VALUES (1, CAST(x'ff4100c3' AS TEXT))")  # no sound UTF-8
    reals = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(600)]
    add("metrics", [(n, value) for n, value in enumerate([*REALS, *(one for one in reals if one == one)])])  # noqa: PLR0124 - no NaN
    add("documents", [(n, f'{{"title": "d{n}", "n": [{"1, " * n} 2]}}') for n in range(30)], "(id, data)")
    add("numbers", [(number, number) for number in NUMBERS])
    add("odd; -- name", [(text, text, str(n), text, text) for n, text in enumerate(TEXTS[:12])])
    add("tags", [(n, f"tag {n}") for n in range(100)])
    add("ticket_tags", [(n + 1, n % 100) for n in range(400)])
    add("sessions", [(chance.randbytes(16), n) for n in range(100)])
    add("scripts", [(n, text) for n, text in enumerate(TEXTS)])
    desk.execute("INSERT INTO counters VALUES (4000, 1)")
    desk.execute("DELETE FROM counters")
    desk.execute("INSERT INTO message_search (message_search) VALUES ('rebuild')")
    add("notes", [(f"title {n}", chance.choice(texts)) for n in range(50)])
