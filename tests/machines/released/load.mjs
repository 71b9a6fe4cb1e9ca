// Asks for pages at a steady pace and keeps sockets open; says at its end what went wrong.
// node load.mjs PORT REQUESTS_PER_SECOND SOCKETS, until its standard input ends.
import http from "node:http";

const [port, rate, count] = process.argv.slice(2).map(Number);
const found = { asked: 0, failed: [], versions: {}, opened: 0, refused: [] };
const kept = new http.Agent({ keepAlive: true, maxSockets: 20 });
let ended = false, pending = 0;

function ask(agent) {
  pending++;
  const failed = (what) => {
    pending--;
    found.failed.push(what);
  };
  const request = http.get({ host: "127.0.0.1", port, path: "/", agent, timeout: 10000 }, (response) => {
    let text = "";
    response.on("data", (part) => (text += part));
    response.on("error", (error) => failed(error.code));
    response.on("end", () => {
      if (response.statusCode !== 200) return failed(response.statusCode);
      pending--;
      found.versions[text] = (found.versions[text] ?? 0) + 1;
    });
  });
  request.on("timeout", () => request.destroy(new Error("timeout")));
  request.on("error", (error) => {
    // As browsers do with a kept connection that was closed while nobody used it: once more, by a new one.
    if (agent && request.reusedSocket) return pending--, ask(false);
    failed(error.code ?? error.message);
  });
}

function open() {
  const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  const request = http.get({ host: "127.0.0.1", port, path: "/socket", agent: false, headers });
  request.on("upgrade", (_, socket) => {
    found.opened++;
    socket.resume();
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => ended || setTimeout(open, Math.random() * 300));
  });
  request.on("response", (response) => found.refused.push(response.statusCode));
  request.on("error", (error) => found.refused.push(error.code));
}

for (let i = 0; i < count; i++) open();
const timer = setInterval(() => {
  found.asked++;
  ask(found.asked % 2 ? kept : false);
}, 1000 / rate);
process.stdin.resume();
process.stdin.on("end", () => {
  ended = true;
  clearInterval(timer);
  const wait = setInterval(() => {
    if (pending) return;
    clearInterval(wait);
    console.log(JSON.stringify(found));
    process.exit();
  }, 50);
});
