// Runs a release's migrations once, however many machines start. Reasons: docs/migrations.md.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants, hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { DATABASE_URL, DIRECT_DATABASE_URL: url = DATABASE_URL, SLIPWAY_TOOLS = "slipway" } = process.env;
const die = (text, code = 1) => (console.error(`migrate: ${text}`), process.exit(code));

const options = { release: { type: "string" }, wait: { type: "string", default: "900" } };
const given = parseArgs({ options, allowPositionals: true });
const { release, wait } = given.values;
const [command, ...args] = given.positionals;
if (!/^[\w.:@/+-]{1,200}$/.test(release) || !(wait >= 0) || !command || !url)
  die("usage: DATABASE_URL=... migrate.mjs --release ID [--wait SECONDS] -- COMMAND", 2);
const { Client } = createRequire(resolve(SLIPWAY_TOOLS, "_"))("pg");

let client, child, stopped, lost, code;
let seen = Date.now();
const deadline = seen + wait * 1e3;

async function ask(text, values) {
  const { rows } = await client.query(text, values);
  seen = Date.now();
  return rows?.[0];
}
async function connect() {
  const more = { application_name: "slipway-migrate", connectionTimeoutMillis: 1e4, query_timeout: 15e3 };
  client = new Client({ connectionString: url, keepAlive: true, ...more });
  client.on("error", () => {}); // "end" follows
  await client.connect();
  if ((await ask("select pg_backend_pid() pid")).pid !== client.processID)
    die("no lock is sure to hold behind a pooler; set DIRECT_DATABASE_URL");
  // A dead machine's lock is free within two minutes.
  await ask("set tcp_keepalives_idle=30; set tcp_user_timeout=60000");
}

// Exits when the release is done or failed. False: there is no table.
async function look() {
  const row = await ask("select * from slipway.migrations where release = $1", [release]).catch((error) => {
    if (error.code === "42P01") return false;
    throw error;
  });
  if (row?.state === "done") process.exit();
  if (row?.state === "failed")
    die(`release ${release} failed on ${row.host}, exit code ${row.exit_code}; its log is there.
Nothing of it starts until the cause is mended. Then deploy a new release, or retry this one after
  delete from slipway.migrations where release = '${release}';`);
  return row;
}
async function begin() {
  if (!client) await connect();
  await look();
  // Never the blocking call: CREATE INDEX CONCURRENTLY would wait for its snapshot, and it for the lock.
  if (!(await ask("select pg_try_advisory_lock(32488822435963257) got")).got) return false;
  if ((await look()) === false)
    await ask(`create schema if not exists slipway; create table slipway.migrations (release text primary key,
state text, started_at timestamptz, finished_at timestamptz, host text, exit_code int)`);
  await ask(`insert into slipway.migrations values ($1, 'running', now(), null, $2)
on conflict (release) do update set started_at=now(), host=$2`, [release, hostname()]);
  return true;
}
const fleeting = /^(08|53|57P|25006|E(?!RR_)[A-Z_]+$)|time|terminated|queryable/;
function retry({ code, message, severity }) {
  if (Date.now() > Math.min(deadline, seen + 18e4) || !fleeting.test(code || message))
    die(`no database: ${severity || !code ? message : code}`); // others may quote the URL
  client.end().catch(() => {});
  client = null;
}

function kill(signal) {
  try {
    process.kill(-child.pid, signal); // npm and what it started
  } catch {} // it has ended
}
function lose() {
  lost = true;
  kill("SIGKILL");
}
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    stopped = 128 + constants.signals[signal];
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
  child.on("exit", (code, signal) => done(code ?? 128 + constants.signals[signal]));
});
// However this process dies, the command dies too: the lock is free then.
const guard = child.pid && spawn("sh", ["-c", "read x; kill -9 -$0", child.pid], { detached: true });
while ((code = await Promise.race([ended, sleep(5e3)])) === undefined) await ask("select 1").catch(lose);
guard?.kill();
const again = "; the next start runs the command again";
if (lost) die(`lost the lock, killed the command${again}`);
if (code && stopped) die(`stopped in the middle${again}`, stopped);
const note = "update slipway.migrations set state=$2, exit_code=$3, finished_at=now() where release=$1";
await ask(note, [release, code ? "failed" : "done", code]).catch(() => die(`end not noted${again}`));
if (code) die(`release ${release} failed, exit code ${code}; nothing of it starts`);
process.exit();
