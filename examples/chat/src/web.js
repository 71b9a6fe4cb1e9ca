// The pages: health, readiness, and who is signed in. Each answer is JSON.
import express from "express";

import { reason } from "./redis.js";
import { signIn, signOut } from "./sessions.js";

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,29}$/u;

export function createWeb({ redis, sessions, isAllowed, allowedOrigins, trustedProxies, isStopping, onSignOut, log }) {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", trustedProxies);

  app.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (isStopping()) response.set("Connection", "close"); // or the connection would outlive its answer
    next();
  });

  // The process only. A load balancer replaces an instance that fails here, and no new instance mends a Redis.
  app.get("/health", (_, response) => response.json({ status: "ok" }));

  // What the service needs. It names what is down and not why: reasons hold addresses.
  app.get("/ready", async (_, response) => {
    const isUp = await redis.check().then(
      () => true,
      () => false,
    );
    const isReady = isUp && !isStopping();
    const status = isReady ? "ready" : isStopping() ? "stopping" : "not ready";
    response.status(isReady ? 200 : 503).json({ status, checks: { redis: isUp ? "up" : "down" } });
  });

  app.use("/session", (request, response, next) => {
    if (!isAllowed(request)) return response.status(403).json({ error: "this page may not ask" });
    if (request.headers.origin && allowedOrigins.length > 0) {
      response.set({
        "Access-Control-Allow-Origin": request.headers.origin,
        "Access-Control-Allow-Credentials": "true",
      });
      response.vary("Origin");
      if (request.method === "OPTIONS") {
        response.set({
          "Access-Control-Allow-Methods": "GET, POST, DELETE",
          "Access-Control-Allow-Headers": "Content-Type",
        });
        return response.status(204).end();
      }
    }
    return next();
  });
  app.use("/session", sessions, express.json({ limit: "1kb" }));

  app.get("/session", (request, response) => {
    if (!request.session.name) return response.status(401).json({ error: "not signed in" });
    return response.json({ name: request.session.name });
  });

  app.post("/session", async (request, response) => {
    const name = request.body?.name;
    if (typeof name !== "string" || !NAME.test(name)) {
      return response.status(400).json({ error: "a name of 1 to 30 letters and digits is wanted" });
    }
    await signIn(request, name);
    return response.json({ name });
  });

  app.delete("/session", async (request, response) => {
    const { sessionID } = request;
    await signOut(request);
    onSignOut(sessionID);
    response.clearCookie("session").status(204).end();
  });

  app.use((_, response) => response.status(404).json({ error: "no such page" }));

  // Four arguments: by these Express knows it.
  // eslint-disable-next-line no-unused-vars
  app.use((error, request, response, next) => {
    const status = error.status >= 400 && error.status < 600 ? error.status : 500;
    if (status >= 500) log("failed", { path: request.path, status, code: reason(error) });
    if (response.headersSent) return response.destroy();
    return response.status(status).json({
      error: status === 503 ? "not at the moment" : status < 500 ? "this request is not right" : "this did not work",
    });
  });
  return app;
}
