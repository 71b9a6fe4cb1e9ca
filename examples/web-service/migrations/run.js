// Runs each file of this folder once, in the order of the names. Its ledger is the table `migrations`.
//
// A file runs in one transaction together with its line in the ledger: it is done whole or not at all. A file whose
// first line is `-- no transaction` holds what PostgreSQL refuses in one: its statements run one by one, each ends a
// line with its semicolon, and all of them may run again when the file was cut off in the middle.
//
// It takes no lock: on Slipway's machines the runner sees to it that one machine does this (docs/migrations.md).
import { readdir, readFile } from "node:fs/promises";

import pg from "pg";

const ALONE = "-- no transaction";
const here = new URL("./", import.meta.url);

async function migrate(client) {
  await client.query("create table if not exists migrations (name text primary key, at timestamptz not null default now())");
  const { rows } = await client.query("select name from migrations");
  const done = new Set(rows.map((row) => row.name));
  const files = (await readdir(here)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of files.filter((file) => !done.has(file))) {
    const text = await readFile(new URL(name, here), "utf8");
    await (text.startsWith(ALONE) ? runAlone(client, name, text) : runInTransaction(client, name, text));
    console.log(`migrated ${name}`);
  }
}

const note = (client, name) => client.query("insert into migrations (name) values ($1)", [name]);

async function runInTransaction(client, name, text) {
  await client.query("begin");
  try {
    await client.query("set local lock_timeout = '5s'"); // rather fail than make every query wait behind this one
    await client.query(text);
    await note(client, name);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {}); // the first error is the one to tell
    throw error;
  }
}

async function runAlone(client, name, text) {
  for (const statement of text.split(/;$/m).filter((part) => part.trim())) await client.query(statement);
  await note(client, name);
}

const client = new pg.Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 10_000 });
try {
  if (!process.env.DATABASE_URL) throw new Error("DATABASE_URL is not set");
  await client.connect();
  await migrate(client);
} catch (error) {
  console.error(`migration failed: ${error.message || error.code}`);
  process.exitCode = 1;
} finally {
  await client.end();
}
