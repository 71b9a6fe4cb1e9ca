// The way out, within DRAIN_SECONDS of the signal:
//
// 1. /ready answers 503, and everything goes on for NOTICE_SECONDS: load balancers learn that no more shall come here.
// 2. No new connections. Those that are open are told to leave, each at its own moment, so that they do not come to the
//    other instances all at once.
// 3. Whoever is still here in the end is cut off, and connects anew elsewhere. The process ends with 0.
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 100;
const SPREAD = 0.6; // of the time that is left, for those who leave when they are told
const SPARE_MS = 2000; // after which something hangs that must not

export function createDrain({ server, chat, redis, noticeSeconds, drainSeconds, log }) {
  let stopping = false;

  async function stop(signal) {
    if (stopping) return;
    stopping = true;
    const end = Date.now() + drainSeconds * 1000;
    setTimeout(() => process.exit(1), drainSeconds * 1000 + SPARE_MS).unref();
    log("stopping", { signal, sockets: chat.stillHere() });
    await sleep(noticeSeconds * 1000);

    let open = true;
    const closed = new Promise((done) => {
      server.close(done); // also closes connections that are idle
    }).then(() => {
      open = false;
    });
    chat.tellToLeave(Math.round((end - Date.now()) * SPREAD));
    log("leaving", { sockets: chat.stillHere() });
    while (open && Date.now() < end) await Promise.race([closed, sleep(LOOK_MS)]);

    const cutOff = chat.stillHere();
    chat.cutOff();
    server.closeAllConnections();
    redis.close();
    await closed;
    log("stopped", { cutOff });
    process.exit(0); // engine.io has a timer of 30 seconds for each client that polled
  }

  return { isStopping: () => stopping, stop };
}
