// A client for a terminal: each line that you type is said in the room, and what happens is printed, one JSON a line.
//
//   node client.js [--transport websocket|polling] [--stay] URL ROOM NAME
//
// COOKIE holds cookies to begin with, as in `session=…`: who has a session does not sign in. With --stay it does not
// leave a server that asks for it.
import { setTimeout as sleep } from "node:timers/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { io } from "socket.io-client";

const ANSWER_MS = 5000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { transport: { type: "string", default: "websocket" }, stay: { type: "boolean", default: false } },
});
const [url, room, name] = positionals;
if (!name) {
  console.error("usage: node client.js [--transport websocket|polling] [--stay] URL ROOM NAME");
  process.exit(2);
}
const print = (event, details = {}) => console.log(JSON.stringify({ event, ...details }));

const cookies = new Map(
  (process.env.COOKIE ?? "")
    .split("; ")
    .filter(Boolean)
    .map((one) => one.split(/=(.*)/s).slice(0, 2)),
);
const cookie = () => [...cookies].map((one) => one.join("=")).join("; ");

async function signIn() {
  if (cookies.has("session")) return;
  const response = await fetch(new URL("/session", url), {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie() },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  for (const one of response.headers.getSetCookie()) cookies.set(...one.split(";")[0].split(/=(.*)/s).slice(0, 2));
}

try {
  await signIn();
} catch (error) {
  console.error(`cannot sign in at ${url}: ${error.cause?.code ?? error.message}`);
  process.exit(1);
}
print("signed in", { cookie: cookie() });

const socket = io(url, {
  transports: [values.transport],
  extraHeaders: { Cookie: cookie() },
  reconnectionDelayMax: 2000,
});
const OVERLAP_MS = 5000; // messages of two instances may come in another order than Redis numbered them

const seen = new Set(); // a message may come twice: live and from the history
let newest = 0; // Redis numbers messages by milliseconds

function show(message) {
  if (seen.has(message.id)) return;
  seen.add(message.id);
  newest = Math.max(newest, Number(message.id.split("-")[0]));
  print("message", message);
}

const ask = (event, details) =>
  socket
    .timeout(ANSWER_MS)
    .emitWithAck(event, details)
    .catch((error) => ({ ok: false, error: error.message, retry: true }));

async function join() {
  const answer = await ask("join", { room, ...(newest && { after: `${newest - OVERLAP_MS}-0` }) });
  if (!answer.ok && answer.retry && socket.connected) return void setTimeout(join, 1000);
  for (const message of answer.messages ?? []) show(message);
  return print("joined", { ok: answer.ok, ...(answer.error && { error: answer.error }) });
}

socket.on("connect", () => {
  print("connected");
  void join();
});
socket.on("catch-up", join);
socket.on("message", show);
socket.on("disconnect", (reason) => print("disconnected", { reason }));
socket.on("connect_error", (error) => print("not connected", { error: error.message }));
socket.on("leave", async ({ withinMs }) => {
  print("asked to leave");
  if (values.stay) return;
  const { id } = socket;
  await sleep(Math.random() * withinMs);
  if (socket.id === id) socket.disconnect().connect(); // else it has another connection by now
});

createInterface({ input: process.stdin })
  .on("line", async (text) => {
    const answer = await ask("say", { room, text });
    print(answer.ok ? "said" : "not said", { text, ...(answer.error && { error: answer.error }) });
  })
  .on("close", () => socket.disconnect());
