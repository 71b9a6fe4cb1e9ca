// Makes the table of sessions where it is not there, and deletes those that have expired. Reasons: docs/data.md.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { DATABASE_URL: url, SLIPWAY_TOOLS = "." } = process.env;
const die = (text) => (console.error(`sessions: ${text}`), process.exit(1));
if (!url) die("no DATABASE_URL in the environment");
let Client;
try {
  ({ Client } = createRequire(resolve(SLIPWAY_TOOLS, "_"))("pg"));
} catch {
  die(`no package pg below ${resolve(SLIPWAY_TOOLS)}; add it to the dependencies of the application`);
}

// One statement is one transaction, in a pooler by transaction too. The lock is for those who start together: "if not
// exists" alone fails where two make the same table at once.
const make = `do $do$
declare
  made oid := to_regclass('"TABLE"');
  columns text;
begin
  if made is null then
    perform pg_advisory_xact_lock(3248, hashtext('TABLE'));
    create table if not exists "TABLE" (sid varchar primary key, sess json not null, expire timestamp(6) not null);
    create index if not exists "IDX_TABLE_expire" on "TABLE" (expire);
    made := to_regclass('"TABLE"');
  end if;
  select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attname) into columns
    from pg_attribute where attrelid = made and attnum > 0 and not attisdropped;
  if columns !~ '^expire timestamp(\\(\\d\\))? with(out)? time zone, sess jsonb?, sid (character varying(\\(\\d+\\))?|text)$'
    or not exists (select from pg_index join pg_attribute on attrelid = made and attnum = indkey[0]
      where indrelid = made and indisunique and indpred is null and indnkeyatts = 1 and attname = 'sid')
  then
    raise 'the table TABLE is no table of sessions and stays as it is: it has %', columns
      using hint = 'sid varchar primary key, sess json, expire timestamp(6) are wanted; name another table';
  end if;
end $do$`;
// Rows that others delete or prolong just now are theirs.
const clean = `delete from "TABLE" where expire < now() and sid in
(select sid from "TABLE" where expire < now() order by expire limit 1000 for update skip locked)`;

async function keep() {
  const client = new Client({
    connectionString: url, application_name: "slipway-sessions", connectionTimeoutMillis: 1e4, query_timeout: 6e4,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(make);
    let deleted = 0;
    // What is left is the next run's: a service starts after this one.
    for (let batch = 0, count = 1000; batch < 100 && count === 1000; batch++) {
      ({ rowCount: count } = await client.query(clean));
      deleted += count;
    }
    return deleted;
  } finally {
    client.end().catch(() => {});
  }
}

const fleeting = /^(08|53|57P|25006|E(?!RR_)[A-Z_]+$)|time|terminated/;
for (let tries = 1; ; tries++) {
  try {
    console.log(`sessions: ${await keep()} expired in TABLE deleted`);
    process.exit();
  } catch ({ code, message, severity, hint }) {
    // Other messages may quote the URL.
    if (tries === 18 || !fleeting.test(code || message))
      die(`${severity || !code ? message : code}${hint ? `; ${hint}` : ""}`);
    await sleep(1e4);
  }
}
