// The connections to Redis. It may be away when the service starts, go away and come back: meanwhile every call fails
// within a second, and nothing here ends the process.
import { setTimeout as sleep } from "node:timers/promises";

import { createClient } from "redis";

const ANSWER_MS = 1000; // for an answer
const SILENT_MS = 15_000; // a connection that is silent for so long is dead, since there is a ping every few seconds
const RETRY_MS = 2000;

export function openRedis(url, log) {
  const options = {
    url,
    pingInterval: SILENT_MS / 3,
    commandsQueueMaxLength: 1000, // a Redis that hangs must not fill the memory
    socket: {
      connectTimeout: RETRY_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, RETRY_MS) * (0.75 + Math.random() / 4),
    },
  };
  // Fail now: a queue would do what visitors asked for minutes ago, when Redis is back.
  const commands = open({ ...options, disableOfflineQueue: true }, "commands", log);
  // What is subscribed to waits for the first connection, and the client subscribes anew on each further one.
  const subscriptions = open(options, "subscriptions", log);
  return {
    commands,
    subscriptions,
    adapterClients: [forPublishing(commands, log), forSubscribing(subscriptions, log)],
    async check() {
      if (!subscriptions.isReady) throw new Error("no subscriptions");
      await within(Promise.all([commands.ping(), subscriptions.ping()]));
    },
    close() {
      commands.destroy();
      subscriptions.destroy();
    },
  };
}

function open(options, name, log) {
  const client = createClient(options);
  let told;
  client.on("error", (error) => {
    const code = reason(error);
    if (told !== code) log("redis", { connection: name, code }); // once, not at every attempt
    told = code;
  });
  client.on("ready", () => {
    told = undefined;
    log("redis", { connection: name, code: "ready" });
  });
  client.connect().catch(() => {}); // it goes on trying until it is closed; the listener above has told why
  return client;
}

// What the adapter of Socket.IO is given. It does not look at what becomes of its calls, and a promise that fails
// unseen ends a Node.js process: each message that is sent while Redis goes away would end this one.
function forPublishing(client, log) {
  return {
    publish: (...given) => seen(within(client.publish(...given)), "not published", log),
    pSubscribe() {}, // by this name the adapter knows the kind of client
    on() {},
    off() {},
  };
}

function forSubscribing(client, log) {
  return {
    pSubscribe: (...given) => seen(client.pSubscribe(...given), "not subscribed", log),
    subscribe: (...given) => seen(client.subscribe(...given), "not subscribed", log),
    on() {},
    off() {},
  };
}

function seen(promise, event, log) {
  return promise.catch((error) => log(event, { code: reason(error) }));
}

// What a log may say of an error. Messages may hold addresses.
export const reason = (error) => error.code ?? error.constructor.name;

// Settles within the time limit, whatever the promise does.
export async function within(promise, milliseconds = ANSWER_MS) {
  const done = new AbortController();
  const limit = sleep(milliseconds, undefined, { signal: done.signal }).then(() => {
    throw new Error("no answer in time");
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    limit.catch(() => {}); // it is aborted now
    done.abort();
  }
}
