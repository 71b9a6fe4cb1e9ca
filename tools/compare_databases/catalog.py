"""What a database has besides rows: tables with their columns and keys, sequences, and all that hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.compare_databases.session import Session

_OF_EXTENSION = (
    "exists (select from pg_depend d where d.objid = {0}.oid and d.classid = '{1}'::regclass and d.deptype = 'e')"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `kind` is all that must be the same, as words: type, not null, generated, identity."""

    name: str
    kind: str
    default: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a part of a partitioned one. One that is `whole` has its rows in its parts."""

    schema: str
    name: str
    whole: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of it. `parts` are indexes, constraints, triggers, views, … by what they are, with their definitions."""

    version: int
    tables: dict[str, Table]
    sequences: dict[str, tuple[str, bool]]
    parts: dict[str, str]


def place(session: Session) -> list[Any]:  # Any: JSON
    """What tells one database from all others, whatever address leads to it."""
    return session.one(
        "select json_build_array(pg_postmaster_start_time()::text, oid, datname) from pg_database"
        " where datname = current_database()"
    )


def schemas(session: Session) -> tuple[str, ...]:
    """The schemas in which the user who asks has tables: those of the application, and not those of who runs it."""
    query = (
        "select json_build_array(n.nspname) from pg_namespace n where n.nspname !~ '^pg_' and"
        " n.nspname <> 'information_schema' and exists (select from pg_class c where c.relnamespace = n.oid and"
        f" c.relkind in ('r', 'p') and c.relowner = current_user::regrole and not {_member('c', 'pg_class')})"
        " order by n.nspname"
    )
    return tuple(row[0] for row in session.rows(query))


def catalog(session: Session, names: Sequence[str]) -> Catalog:
    """What there is in these schemas. What belongs to an extension is the extension's matter."""
    wanted = f"n.nspname = any(array[{', '.join(map(literal, names))}]::text[])"
    (version,) = session.one("select json_build_array(current_setting('server_version_num')::int / 10000)")
    tables = [_table(row) for row in session.rows(_TABLES.format(wanted, _member("c", "pg_class")))]
    found = list(session.rows(_SEQUENCES.format(wanted, _member("c", "pg_class"))))
    members = {
        "member": _member("c", "pg_class"),
        "member_function": _member("p", "pg_proc"),
        "member_type": _member("t", "pg_type"),
    }
    parts = {row[0]: row[1] or "" for row in session.rows(_PARTS.format(wanted=wanted, **members))}
    sequences = {f"{schema}.{name}": _state(session, schema, name) for schema, name in found}
    return Catalog(version, {str(table): table for table in tables}, sequences, parts)


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as SQL."""
    return '"' + text.replace('"', '""') + '"'


def _member(alias: str, table: str) -> str:
    return _OF_EXTENSION.format(alias, table)


def _table(row: list[Any]) -> Table:  # Any: JSON
    schema, called, kind, columns, key = row
    return Table(schema, called, kind == "p", tuple(Column(*column) for column in columns or ()), tuple(key or ()))


def _state(session: Session, schema: str, called: str) -> tuple[str, bool]:
    """The number that a sequence has come to, and whether it was given out already."""
    last, given = session.one(
        f"select json_build_array(last_value::text, is_called) from {name(schema)}.{name(called)}"
    )
    return str(last), bool(given)


_TABLES = """
select json_build_array(n.nspname, c.relname, c.relkind,
  (select json_agg(json_build_array(a.attname,
      format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
      || case when a.attgenerated <> '' then ' generated' else '' end
      || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
      coalesce(pg_get_expr(d.adbin, d.adrelid), '')) order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  (select json_agg(a.attname order by k.place)
    from pg_constraint p, unnest(p.conkey) with ordinality k(number, place), pg_attribute a
    where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.number))
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and {0} and not {1}
order by n.nspname, c.relname"""

_SEQUENCES = """
select json_build_array(n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and {0} and not {1} order by n.nspname, c.relname"""

# A definition is what PostgreSQL itself would write; other major versions may write it otherwise.
_PARTS = """
select json_build_array(what, definition) from (
  select 'index ' || n.nspname || '.' || c.relname || case when i.indisvalid then '' else ' (not valid)' end as what,
    pg_get_indexdef(c.oid) as definition
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where {wanted} and not {member}
  union all
  select 'constraint ' || p.conname || ' of ' || n.nspname || '.' || c.relname
    || case when p.convalidated then '' else ' (not validated)' end, pg_get_constraintdef(p.oid)
  from pg_constraint p join pg_class c on c.oid = p.conrelid join pg_namespace n on n.oid = c.relnamespace
  where p.contype <> 'n' and {wanted} and not {member}
  union all
  select 'trigger ' || g.tgname || ' of ' || n.nspname || '.' || c.relname
    || case when g.tgenabled = 'D' then ' (disabled)' else '' end, pg_get_triggerdef(g.oid)
  from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where not g.tgisinternal and {wanted} and not {member}
  union all
  select 'policy ' || o.polname || ' of ' || n.nspname || '.' || c.relname,
    concat(o.polcmd, pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid))
  from pg_policy o join pg_class c on c.oid = o.polrelid join pg_namespace n on n.oid = c.relnamespace where {wanted}
  union all
  select 'row security of ' || n.nspname || '.' || c.relname, c.relforcerowsecurity::text
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relrowsecurity and {wanted} and not {member}
  union all
  select case c.relkind when 'v' then 'view ' when 'm' then 'materialized view ' else 'foreign table ' end
    || n.nspname || '.' || c.relname, case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('v', 'm', 'f') and {wanted} and not {member}
  union all
  select 'function ' || p.oid::regprocedure::text, p.prosrc
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {wanted} and not {member_function}
  union all
  select 'type ' || n.nspname || '.' || t.typname,
    (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typtype in ('e', 'd', 'r') and {wanted} and not {member_type}
) found order by what"""
