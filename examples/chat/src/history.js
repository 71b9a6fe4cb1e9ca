// The last messages of each room, in a Redis stream. Socket.IO delivers to those who are connected; who was away asks
// here for what came after the last message that it has.
import { within } from "./redis.js";

const KEPT = 200; // messages of a room, and up to a hundred more: Redis forgets them by the block
const SHOWN = 50; // to who comes without having seen any
const FORGOTTEN_SECONDS = 7 * 24 * 60 * 60; // after the last message

const key = (room) => `chat:room:${room}`;

export function openHistory(redis) {
  const client = redis.commands;
  return {
    // The identifier that Redis gave: later messages have greater ones.
    async add(room, { name, text }) {
      const limit = { strategy: "MAXLEN", strategyModifier: "~", threshold: KEPT };
      const added = client
        .multi()
        .xAdd(key(room), "*", { name, text }, { TRIM: limit })
        .expire(key(room), FORGOTTEN_SECONDS);
      const [id] = await within(added.exec());
      return id;
    },
    async after(room, id) {
      const found = id
        ? await within(client.xRange(key(room), `(${id}`, "+")) // all: the stream is bounded, if not exactly
        : (await within(client.xRevRange(key(room), "+", "-", { COUNT: SHOWN }))).reverse();
      return found.map(({ id, message }) => ({ id, room, name: message.name, text: message.text }));
    },
  };
}
