-- Asked of the database that is copied, this writes what makes the other one ready for the copy: the same schemas, empty,
-- and the same extensions, which a dump of schemas does not bring along. Large objects lie in no schema, and the dump has
-- them: those of the user who asks go, some at a time, since each is a lock until the transaction ends.
select 'set client_min_messages = warning;'
union all
select 'do $$ declare gone bigint := 1; begin while gone > 0 loop select count(lo_unlink(oid)) into gone from ('
  'select m.oid from pg_largeobject_metadata m join pg_roles r on r.oid = m.lomowner'
  ' where r.rolname = current_user limit 500) own; commit; end loop; end $$;'
union all
select format('drop schema if exists %1$I cascade; create schema %1$I;', schemaname)
from (
  select distinct schemaname
  from pg_tables
  where schemaname !~ '^pg_' and schemaname <> 'information_schema' and tableowner = current_user
) own
union all
select format('create schema if not exists %2$I; create extension if not exists %1$I with schema %2$I;', extname, nspname)
from pg_extension join pg_namespace n on n.oid = extnamespace
where extname <> 'plpgsql';
