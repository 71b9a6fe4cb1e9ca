"""A folder of migrations: the files that wrangler applies, in its order, and nothing that it would pass over."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from config.d1_migrations import MigrationsError, migration_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = "CREATE TABLE a (b);\n"


def test_they_stand_in_the_order_of_their_numbers_with_the_sum_of_each(tmp_path: Path) -> None:
    for name in ("10_last.sql", "2_second.sql", "0001_first.sql", "11.sql"):
        (tmp_path / name).write_text(TABLE + name)
    found = migration_files(tmp_path)
    assert [each.name for each in found] == ["0001_first.sql", "2_second.sql", "10_last.sql", "11.sql"]
    assert found[0].sha256 == hashlib.sha256(f"{TABLE}0001_first.sql".encode()).hexdigest()


def test_what_is_no_sql_beside_them_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text(TABLE)
    (tmp_path / "README.md").write_text("read me")
    (tmp_path / "meta").mkdir()
    assert [each.name for each in migration_files(tmp_path)] == ["0001_a.sql"]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda _: None, "there is no migration in it; write one, as in 0001_tables.sql, or take this out"),
        (lambda folder: (folder / "tables.sql").write_text(TABLE), "tables.sql is no name of a migration: a number"),
        (lambda folder: (folder / "0002.SQL").write_text(TABLE), "0002.SQL is no name of a migration"),
        (lambda folder: (folder / "0002_ä.sql").write_text(TABLE), "2_ä.sql is no name of a migration"),
        (lambda folder: (folder / "0002_a\n.sql").write_text(TABLE), 'a\\n.sql" is no name of a migration'),
        (lambda folder: (folder / ".0002.sql").write_text(TABLE), ".0002.sql is no name of a migration"),
        (lambda folder: (folder / "0002_it's.sql").write_text(TABLE), "'s.sql is no name of a migration"),
        (lambda folder: (folder / "0002_a.sql").mkdir(), "0002_a.sql is no file but a link or another thing"),
        (lambda folder: (folder / "0002_a.sql").symlink_to("x"), "0002_a.sql is no file but a link"),
        (lambda folder: (folder / "0002_a.sql").write_text(" \n"), "0002_a.sql is empty; write its statements"),
        (lambda folder: (folder / "0002_a.sql").write_bytes(b"\xff"), "0002_a.sql is no text in UTF-8"),
        (
            lambda folder: [(folder / name).write_text(TABLE) for name in ("2_a.sql", "0002_b.sql")],
            "0002_b.sql and 2_a.sql have the same number; give the newer one the next number",
        ),
        (lambda folder: (folder / "1.sql").write_text("-" * 10_000_001), "1.sql has 10,000,001 bytes; move rows with"),
        (lambda folder: folder.rmdir(), "there is no such folder; name one relative to the project's root"),
    ],
)
def test_what_wrangler_would_leave_out_or_order_otherwise_is_refused(
    tmp_path: Path, made: Callable[[Path], object], why: str
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    made(folder)
    with pytest.raises(MigrationsError) as refused:
        migration_files(folder)
    assert why in str(refused.value)
