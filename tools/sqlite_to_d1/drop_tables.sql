-- Asked of a SQLite file, this writes what drops the tables of its name in a database that shall be empty.
select group_concat('drop table if exists "' || replace(name, '"', '""') || '"', '; ')
from sqlite_schema
where type = 'table' and name not like 'sqlite!_%' escape '!';
