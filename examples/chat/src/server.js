// Starts the service and stops it gracefully.
import { createServer } from "node:http";

import { createChat } from "./chat.js";
import { createDrain } from "./drain.js";
import { openHistory } from "./history.js";
import { originCheck } from "./origins.js";
import { openRedis } from "./redis.js";
import { openSessions } from "./sessions.js";
import { settings, WrongSetting } from "./settings.js";
import { createWeb } from "./web.js";

const LOAD_BALANCER_IDLE_MS = 60_000;

const log = (event, details = {}) => console.log(JSON.stringify({ at: new Date().toISOString(), event, ...details }));

function start(given) {
  const redis = openRedis(given.redisUrl, log);
  const sessions = openSessions(redis, given);
  const isAllowed = originCheck(given.allowedOrigins);
  const server = createServer((request, response) => web(request, response)); // Socket.IO takes its own path out of it
  const shared = { ...given, redis, sessions, isAllowed, log, isStopping: () => drain.isStopping() };
  const chat = createChat(server, { ...shared, history: openHistory(redis) });
  const drain = createDrain({ ...given, server, chat, redis, log });
  const web = createWeb({ ...shared, onSignOut: chat.signedOut });

  // The load balancer must be the one who closes an idle connection: else it sends a request into a closed one, a 502.
  server.keepAliveTimeout = LOAD_BALANCER_IDLE_MS + 5_000;
  server.headersTimeout = LOAD_BALANCER_IDLE_MS + 6_000;
  server.listen(given.port, given.host, () => log("listening", { port: server.address().port }));
  process.on("SIGINT", drain.stop);
  process.on("SIGTERM", drain.stop);
}

try {
  start(settings());
} catch (error) {
  if (!(error instanceof WrongSetting)) throw error;
  console.error(`chat: ${error.message}`);
  process.exitCode = 2;
}
