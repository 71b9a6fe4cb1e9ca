-- For pg_dump: the schemas in which the user who asks has tables. Those of a provider have other owners.
select distinct format('--schema=%I', schemaname)
from pg_tables
where schemaname !~ '^pg_' and schemaname <> 'information_schema' and tableowner = current_user;
