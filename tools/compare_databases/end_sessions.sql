-- Ends what else is connected to this database as this user, and says how many are connected then: 0 is good.
select pg_terminate_backend(pid) is null as failed
from pg_stat_activity
where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
  and backend_type = 'client backend' \g /dev/null
select pg_sleep(1) \g /dev/null
select count(*)
from pg_stat_activity
where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
  and backend_type = 'client backend';
