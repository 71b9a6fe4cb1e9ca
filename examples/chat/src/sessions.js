// Sessions in Redis: who signed in at one instance is known to all of them.
import { RedisStore } from "connect-redis";
import session from "express-session";

import { reason, within } from "./redis.js";

const DAY_MS = 24 * 60 * 60 * 1000;

export function openSessions(redis, { sessionSecret, production, trustedProxies }) {
  const client = redis.commands;
  const bounded = {
    get: (...given) => within(client.get(...given)),
    set: (...given) => within(client.set(...given)),
    expire: (...given) => within(client.expire(...given)),
    del: (...given) => within(client.del(...given)),
  };
  const load = session({
    name: "session",
    secret: sessionSecret,
    store: new RedisStore({ client: bounded, prefix: "chat:session:" }),
    resave: false,
    saveUninitialized: false, // a visitor who has not signed in leaves nothing in Redis
    proxy: trustedProxies > 0, // TLS ends at the load balancer, which says so in X-Forwarded-Proto
    cookie: { httpOnly: true, sameSite: "lax", secure: production, maxAge: DAY_MS },
  });
  return (request, response, next) => {
    let isDone = false;
    load(request, response, (error) => {
      if (isDone) return; // it could not note that the session is still used; the answer is on its way
      isDone = true;
      // While Redis is away nobody knows who is signed in, which is no reason to send people to the sign-in: not 401.
      next(error && Object.assign(new Error("no sessions"), { status: 503, code: reason(error) }));
    });
  };
}

// A new session, so that nobody can use an identifier that was planted before. It is saved when this returns.
export async function signIn(request, name) {
  await call(request, "regenerate");
  request.session.name = name;
  await call(request, "save");
}

export function signOut(request) {
  return call(request, "destroy");
}

function call(request, method) {
  return new Promise((done, fail) => {
    request.session[method]((error) => (error ? fail(Object.assign(error, { status: 503 })) : done()));
  });
}
