// A client for a terminal: each line that you type is said, and what happens is printed, one JSON a line.
//
//   TOKEN=… node client.js URL TICKET
//
// It comes again when the connection ends, asks for what it missed, and says again what it was not told was said.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";

const [url, ticket] = process.argv.slice(2);
const token = process.env.TOKEN;
if (!ticket || !token) {
  console.error("usage: TOKEN=… node client.js URL TICKET");
  process.exit(2);
}
const print = (event, details = {}) => console.log(JSON.stringify({ event, ...details }));
const PAUSE_MS = 500;
const address = new URL(`/api/tickets/${ticket}/socket`, url);
address.protocol = address.protocol.replace("http", "ws");

const unsaid = new Map(); // text by id, in the order of typing
let newest = 0;
let socket;
let isEnding = false;

function show({ number, from, text }) {
  newest = number;
  print("message", { number, from, text });
}

function send(frame) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function join() {
  send({ type: "join", after: newest });
}

function hear(frame) {
  if (frame.type === "message") return show(frame);
  if (frame.type === "said") {
    print("said", { text: unsaid.get(frame.id) });
    return unsaid.delete(frame.id);
  }
  if (frame.type !== "joined") return print(frame.type, frame);
  for (const message of frame.messages) show(message);
  if (frame.more) return join();
  print("joined", { people: frame.people });
  for (const [id, text] of unsaid) send({ type: "say", id, text });
}

function connect() {
  socket = new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
  socket.addEventListener("open", join);
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    print("disconnected", { code });
    if (!isEnding) setTimeout(connect, PAUSE_MS);
  });
}

connect();
createInterface({ input: process.stdin })
  .on("line", (text) => {
    const id = randomUUID();
    unsaid.set(id, text);
    send({ type: "say", id, text });
  })
  .on("close", () => {
    isEnding = true;
    socket.close();
  });
