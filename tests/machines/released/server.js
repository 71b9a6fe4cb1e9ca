// A small service: pages that take a moment, sockets that stay open, and a drain as services should have it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const version = readFileSync(new URL("version", import.meta.url), "utf8").trim();
const { HOST, PORT, SESSION_SECRET, FAULT } = process.env;
const fault = FAULT ?? JSON.parse(readFileSync(new URL("package.json", import.meta.url))).fault;
const sockets = new Set();
if (fault === "crash") {
  console.error(`cannot start with ${SESSION_SECRET}`);
  process.exit(1);
}

const server = createServer((request, response) => {
  if (request.url === "/health") return response.writeHead(fault === "ill" ? 503 : 200).end();
  if (request.url === "/slow") return setTimeout(() => response.end(version), 1500);
  setTimeout(() => response.setHeader("port", PORT).end(version), 10);
});
server.keepAliveTimeout = 65_000;
server.on("upgrade", (request, socket) => {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(`HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  socket.write(Buffer.concat([Buffer.from([0x81, version.length]), Buffer.from(version)]));
});
server.listen(Number(PORT), HOST, () => console.log(`listening ${version}`));
if (fault === "late") setTimeout(() => server.closeAllConnections() || server.close(), 9000);
process.on("SIGINT", () => {
  console.log(`stopping ${version} sockets ${sockets.size}`);
  server.close(() => process.exit(0));
  for (const socket of sockets) socket.end(Buffer.from([0x88, 0]));
});
