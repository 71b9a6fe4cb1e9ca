// Runs a release's migrations once, however many machines start. Reasons: docs/migrations.md.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { DATABASE_URL, DIRECT_DATABASE_URL: url = DATABASE_URL, SLIPWAY_TOOLS = "slipway" } = process.env;
const die = (text, code = 1) => (console.error(`migrate: ${text}`), process.exit(code));

const options = { release: { type: "string" }, wait: { type: "string", default: "900" } };
const { values: { release, wait }, positionals: [command, ...args] } = parseArgs({ options, allowPositionals: true });
if (!/^[\w.:@/+-]{1,200}$/.test(release) || !(wait >= 0) || !command || !url)
  die("usage: DATABASE_URL=... migrate.mjs --release ID [--wait SECONDS] -- COMMAND", 2);
const { Client } = createRequire(resolve(SLIPWAY_TOOLS, "_"))("pg");

let client, pid, child, stopped, lost, code;
let seen = Date.now();
const deadline = seen + wait * 1e3;

async function open(application_name) {
  const made = new Client({
    connectionString: url, application_name, connectionTimeoutMillis: 1e4, query_timeout: 15e3,
  });
  // "end" follows.
  made.on("error", () => {});
  await made.connect();
  return made;
}
async function ask(text, values, whom = client) {
  const { rows } = await whom.query(text, values);
  seen = Date.now();
  return rows?.[0];
}
const own = async () => (await ask("select pg_backend_pid() pid")).pid === pid;

// A pooler by transaction lends an idle session to others, who then get its locks: that is the rule while the pool is
// quiet. In a busy one the next query of the same client comes to another session. The key is not the real one: what a
// pooler keeps of it stops nobody.
async function prove() {
  ({ pid } = await ask("select pg_backend_pid() pid, pg_try_advisory_lock(3248, pg_backend_pid())"));
  let lent;
  for (let i = 0; i < 3 && !lent; i++) {
    const other = await open("slipway-probe");
    const asked = ask("select pg_try_advisory_xact_lock(3248, $1) got", [pid], other);
    lent = (await asked.finally(() => other.end())).got || !(await own());
  }
  await ask("select pg_advisory_unlock(3248, pg_backend_pid())");
  if (lent) die("no lock holds in a pooler by transaction; set DIRECT_DATABASE_URL: a direct host or session pooler");
  // A dead machine's lock is free within two minutes.
  await ask("set tcp_keepalives_idle=30; set tcp_user_timeout=60000");
}

// Exits when the release is done or failed. False: there is no table.
async function look() {
  const row = await ask("select * from slipway.migrations where release = $1", [release]).catch((error) => {
    if (error.code !== "42P01") throw error;
    return false;
  });
  if (row?.state === "done") process.exit();
  if (row?.state === "failed")
    die(`release ${release} failed on ${row.host}, exit code ${row.exit_code}; its log is there.
Nothing of it starts until the cause is mended. Then deploy a new release, or retry this one after
  delete from slipway.migrations where release = '${release}';`);
  return row;
}
async function begin() {
  client ??= await open("slipway-migrate");
  await look();
  if (!pid) await prove();
  // Never the blocking call: CREATE INDEX CONCURRENTLY would wait for its snapshot, and it for the lock.
  if (!(await ask("select pg_try_advisory_lock(32488822435963257) got")).got) return false;
  if ((await look()) === false)
    await ask(`create schema if not exists slipway; create table slipway.migrations (release text primary key,
state text, started_at timestamptz, finished_at timestamptz, host text, exit_code int)`);
  await ask(`insert into slipway.migrations values ($1, 'running', now(), null, $2)
on conflict (release) do update set started_at=now(), host=$2`, [release, os.hostname()]);
  return true;
}
const fleeting = /^(08|53|57P|25006|E(?!RR_)[A-Z_]+$)|time|terminated|queryable/;
function retry({ code, message, severity }) {
  if (Date.now() > Math.min(deadline, seen + 18e4) || !fleeting.test(code || message))
    // Other messages may quote the URL.
    die(`no database: ${severity || !code ? message : code}`);
  client?.end().catch(() => {});
  client = pid = null;
}

function kill(signal) {
  try {
    // npm and what it started. An error: they have ended.
    process.kill(-child.pid, signal);
  } catch {}
}
function lose() {
  lost = true;
  kill("SIGKILL");
}
const { signals } = os.constants;
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    stopped = 128 + signals[signal];
    child ? kill(signal) : process.exit(stopped);
  });

while (!(await begin().catch(retry))) {
  if (Date.now() > deadline) die(`migrations still run elsewhere after ${wait} s`);
  await sleep(1e3);
}
client.on("end", lose);
child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
const ended = new Promise((done) => {
  child.on("error", () => done(127));
  child.on("exit", (code, signal) => done(code ?? 128 + signals[signal]));
});
// However this process dies, the command dies too: the lock is free then.
const guard = child.pid && spawn("sh", ["-c", "read x; kill -9 -$0", child.pid], { detached: true });
// In a statement for an instant only, so CREATE INDEX CONCURRENTLY goes on. Poolers see that the client lives.
while ((code = await Promise.race([ended, sleep(5e3)])) === undefined) (await own().catch(lose)) || lose();
guard?.kill();
const again = "; the next start runs the command again";
if (lost) die(`lost the lock, killed the command${again}`);
if (code && stopped) die(`stopped in the middle${again}`, stopped);
const note = "update slipway.migrations set state=$2, exit_code=$3, finished_at=now() where release=$1";
await ask(note, [release, code ? "failed" : "done", code]).catch(() => die(`end not noted${again}`));
if (code) die(`release ${release} failed, exit code ${code}; nothing of it starts`);
process.exit();
