// Starts the service and stops it gracefully.
import { createServer } from "node:http";

import { createApp } from "./app.js";
import { settings } from "./settings.js";
import { openStores } from "./stores.js";

const LOAD_BALANCER_IDLE_MS = 60_000;
const LEAVE_MS = 10_000; // for requests that are being answered when the service stops

const log = (event, details = {}) => console.log(JSON.stringify({ at: new Date().toISOString(), event, ...details }));

const { port, host, ...urls } = settings();
const stores = openStores(urls, log);
let stopping = false;
const server = createServer(createApp(stores, log, () => stopping));
// The load balancer must be the one who closes an idle connection: else it sends a request into a closed one, a 502.
server.keepAliveTimeout = LOAD_BALANCER_IDLE_MS + 5_000;
server.headersTimeout = LOAD_BALANCER_IDLE_MS + 6_000;
server.listen(port, host, () => log("listening", { port: server.address().port }));

async function stop(signal) {
  if (stopping) return;
  stopping = true;
  log("stopping", { signal });
  setTimeout(() => process.exit(1), LEAVE_MS).unref();
  await new Promise((done) => {
    server.close(done); // no new connections; those that are idle are closed
  });
  await stores.close();
  log("stopped");
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
