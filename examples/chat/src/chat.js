// Rooms and messages over Socket.IO. Whoever is in a room gets its messages, at whichever instance.
import { createAdapter } from "@socket.io/redis-adapter";
import { Server } from "socket.io";

import { reason } from "./redis.js";

const FRAME_BYTES = 16 * 1024; // a longer one closes the connection
const TEXT_LENGTH = 2000;
const ROOMS = 20; // for one connection
const ROOM = /^[a-z0-9][a-z0-9-]{0,39}$/;
const ID = /^\d{1,20}-\d{1,20}$/;

class Refused extends Error {}

export function createChat(server, { redis, sessions, history, isAllowed, allowedOrigins, isStopping, log }) {
  const io = new Server(server, {
    adapter: createAdapter(...redis.adapterClients),
    maxHttpBufferSize: FRAME_BYTES,
    serveClient: false,
    allowRequest: (request, answer) => answer(undefined, isAllowed(request)),
    cors: { origin: allowedOrigins, credentials: true },
  });

  // For the handshake alone: a connection that is open stays open while Redis is away.
  io.engine.use((request, response, next) => {
    if (request._query.sid !== undefined) return next();
    return sessions(request, response, next);
  });
  io.engine.on("headers", (headers) => {
    if (isStopping()) headers.Connection = "close";
  });
  io.use((socket, next) => next(socket.request.session?.name ? undefined : new Error("sign in first")));

  io.on("connection", (socket) => {
    const { name } = socket.request.session;
    socket.join(sessionRoom(socket.request.sessionID));
    log("connected", { sockets: io.engine.clientsCount });
    socket.on("disconnect", (reason) => log("disconnected", { reason, sockets: io.engine.clientsCount }));

    on(socket, "join", async ({ room, after }) => {
      if (typeof room !== "string" || !ROOM.test(room))
        throw new Refused("a room has 1 to 40 small letters, digits and hyphens");
      if (after !== undefined && !(typeof after === "string" && ID.test(after)))
        throw new Refused("after is the id of a message");
      const rooms = [...socket.rooms].filter((one) => one.startsWith("room:"));
      if (rooms.length >= ROOMS && !socket.rooms.has(`room:${room}`))
        throw new Refused(`no more than ${ROOMS} rooms at once`);
      socket.join(`room:${room}`); // first, so that no message falls between the history and this
      return { messages: await history.after(room, after) };
    });

    on(socket, "say", async ({ room, text }) => {
      if (typeof room !== "string" || !socket.rooms.has(`room:${room}`)) throw new Refused("join the room first");
      if (typeof text !== "string" || text.trim() === "" || text.length > TEXT_LENGTH)
        throw new Refused(`a text has 1 to ${TEXT_LENGTH} characters`);
      const id = await history.add(room, { name, text }); // first: what is not kept is not said
      io.to(`room:${room}`).emit("message", { id, room, name, text });
      return { id };
    });
  });

  // What others said meanwhile did not get here, so those who are connected here ask for it.
  redis.subscriptions.on("ready", () => io.local.emit("catch-up"));

  // Every event is answered, and what a visitor sends cannot end the process.
  function on(socket, event, handle) {
    socket.on(event, async (given, answer) => {
      const reply = typeof answer === "function" ? answer : () => {};
      try {
        reply({ ok: true, ...(await handle(given ?? {})) });
      } catch (error) {
        if (!(error instanceof Refused)) log("failed", { path: event, code: reason(error) });
        reply({
          ok: false,
          error: error instanceof Refused ? error.message : "not at the moment",
          retry: !(error instanceof Refused),
        });
      }
    });
  }

  return {
    // Who polls has no connection between two questions: the next question finds nobody, and he connects elsewhere.
    stillHere: () => Object.values(io.engine.clients).filter((client) => client.transport.name === "websocket").length,
    tellToLeave: (withinMs) => io.local.emit("leave", { withinMs }),
    // This breaks the connections, after which clients connect anew. They do not after Socket.IO's own `disconnect`.
    cutOff: () => io.engine.close(),
    signedOut: (sessionId) => io.in(sessionRoom(sessionId)).disconnectSockets(true),
  };
}

const sessionRoom = (id) => `session:${id}`;
