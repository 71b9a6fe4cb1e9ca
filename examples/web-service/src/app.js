// The routes. Each answer is JSON.
import { within } from "./stores.js";

export function createApp(stores, log, isStopping) {
  // The process only. A load balancer replaces a machine that fails here, and no new machine mends a cache.
  function health() {
    return [200, { status: "ok" }];
  }

  // What the service needs, for people and alarms. It names what is down and not why: reasons hold addresses.
  async function ready() {
    const names = Object.keys(stores.checks);
    const results = await Promise.allSettled(names.map((name) => within(stores.checks[name]())));
    const checks = Object.fromEntries(names.map((name, at) => [name, results[at].status === "fulfilled" ? "up" : "down"]));
    const isReady = Object.values(checks).every((state) => state === "up");
    return [isReady ? 200 : 503, { status: isReady ? "ready" : "not ready", checks }];
  }

  // The count is a nicety, so the page works without it.
  async function visits() {
    try {
      if (!stores.redis) throw new Error("this service has no cache");
      return [200, { visits: await within(stores.redis.incr("visits")) }];
    } catch {
      return [200, { visits: null, degraded: true }];
    }
  }

  async function notes() {
    if (!stores.database) return [404, { error: "this service has no database" }];
    try {
      const { rows } = await stores.database.query("select id, text from notes order by created_at desc limit 20");
      return [200, { notes: rows }];
    } catch (error) {
      log("notes", { code: error.code });
      return [503, { error: "the notes are not there at the moment" }];
    }
  }

  const routes = { "/health": health, "/ready": ready, "/": visits, "/notes": notes };

  return async function handle(request, response) {
    const path = request.url.split("?")[0];
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    let [status, body] = [404, { error: "no such page" }];
    if (route && request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      [status, body] = [405, { error: "this page is only read" }];
    } else if (route) {
      try {
        [status, body] = await route();
      } catch (error) {
        log("failed", { path, code: error.code });
        [status, body] = [500, { error: "this did not work" }];
      }
    }
    const text = `${JSON.stringify(body)}\n`;
    response.writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
      "Cache-Control": "no-store",
      ...(isStopping() && { Connection: "close" }), // or the connection would outlive its answer and hold the process
    });
    response.end(request.method === "HEAD" ? undefined : text);
  };
}
