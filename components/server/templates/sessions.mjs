// Makes the table of sessions where it is not there, and deletes those that have expired. Reasons: docs/data.md.
// Lines that are the same in migrate.mjs take no room in user data, where both are packed together.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { DATABASE_URL, DIRECT_DATABASE_URL: url = DATABASE_URL, SLIPWAY_TOOLS = "slipway" } = process.env;
const die = (text, code = 1) => (console.error(`sessions: ${text}`), process.exit(code));
let Client;
try {
  ({ Client } = createRequire(resolve(SLIPWAY_TOOLS, "_"))("pg"));
} catch {
  die("no package pg among the dependencies");
}

// One statement is one transaction, in a pooler by transaction too. Without the lock "if not exists" fails where two
// make the same table at once. One that is there stays as it is, without the index too: building it stops who writes.
const make = `do $$ begin
if to_regclass('"TABLE"') is null then
perform pg_advisory_xact_lock(3248, 0);
create table if not exists "TABLE" (sid varchar primary key, sess json not null, expire timestamp(6) not null);
create index if not exists "IDX_TABLE_expire" on "TABLE" (expire);
end if;
if (select count(*) from pg_attribute where attrelid = to_regclass('"TABLE"') and attnum > 0 and not attisdropped) > 3
then raise 'it has other columns' using errcode = '42P16';
end if;
end $$`;
// What the store does with each session, planned and not done: it tells of wrong columns and of a key that is not there.
const fits = `explain insert into "TABLE" (sid, sess, expire) values ('', '{}'::json, now())
on conflict (sid) do update set expire = now()`;
// Rows that others delete or prolong just now are theirs.
const clean = `delete from "TABLE" where sid in
(select sid from "TABLE" where expire < now() limit 1000 for update skip locked)`;

async function keep() {
  const client = new Client({
    connectionString: url, application_name: "slipway-sessions", connectionTimeoutMillis: 1e4, query_timeout: 15e3,
  });
  client.on("error", () => {});
  await client.connect();
  await client.query(make);
  await client.query(fits);
  // What is left is the next run's: a service waits for the first.
  for (let n = 0; n < 100; n++) {
    const { rowCount } = await client.query(clean);
    deleted += rowCount;
    if (rowCount < 1e3) break;
  }
  die(`${deleted} expired in TABLE deleted`, 0);
}

const fleeting = /^(08|53|57P|25006|E(?!RR_)[A-Z_]+$)|time|terminated|queryable/;
let deleted = 0;
for (let n = 0; ; n++) {
  await keep().catch(({ code, message, severity }) => {
    if (/^(42|22)(?!501)/.test(code)) die(`TABLE is no table of sessions and stays as it is: ${message}; name another`);
    // Other messages may quote the URL.
    if (n > 16 || !fleeting.test(code || message)) die(`no database: ${severity || !code ? message : code}`);
  });
  await sleep(1e4);
}
