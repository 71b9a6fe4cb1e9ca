-- no transaction
-- A build that was cut off leaves an index that is not valid: hence the drop, and no `if not exists`.
drop index concurrently if exists notes_by_time;
create index concurrently notes_by_time on notes (created_at desc);
