// One room: its messages in SQLite, its sockets in the care of the runtime, so that it may sleep while people are there.
import { DurableObject } from "cloudflare:workers";

import { type Allowance, FULL, spend } from "./allowance";
import type { Env } from "./env";
import { type Asked, type Message, readFrame, type Told, type Wrong, wrong } from "./frames";
import type { Person } from "./identity";
import { Refusal } from "./refusal";
import { ticket } from "./tickets";

const PAGE = 200;
const ID_HEADER = "X-Person-Id";
const NAME_HEADER = "X-Person-Name";

/** What must be known of a socket after the room has slept. It is kept with the socket, 16 KB at most. */
interface Seat {
  readonly person: Person;
  readonly joined: boolean;
  readonly allowance: Allowance;
}

/** Lets a person into the room of a ticket. */
export async function enter(request: Request, env: Env, person: Person, number: number): Promise<Response> {
  if (request.headers.get("Upgrade") !== "websocket") throw new Refusal(426, "this is for WebSockets");
  await ticket(env, number); // or anybody could make as many rooms as there are numbers
  const headers = new Headers(request.headers);
  headers.set(ID_HEADER, encodeURIComponent(person.id));
  headers.set(NAME_HEADER, encodeURIComponent(person.name));
  return env.ROOMS.getByName(`ticket-${number}`).fetch(new Request(request, { headers }));
}

export class Room extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    // Numbers are never used twice, and what a client sends a second time is the message that it was.
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS messages (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      sender TEXT NOT NULL,
      sender_name TEXT NOT NULL,
      sender_key TEXT NOT NULL,
      text TEXT NOT NULL,
      at TEXT NOT NULL,
      UNIQUE (sender, sender_key)
    )`);
    // Answered by the runtime: a client that looks whether anybody is there does not wake the room.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    console.log(JSON.stringify({ event: "room woke", sockets: state.getWebSockets().length }));
  }

  /** Takes the socket of a person whom `enter` has let in; nothing else reaches a room. */
  override async fetch(request: Request): Promise<Response> {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    const person = { id: named(request, ID_HEADER), name: named(request, NAME_HEADER) };
    this.ctx.acceptWebSocket(ours);
    seat(ours, { person, joined: false, allowance: { ...FULL, at: Date.now() } });
    return new Response(null, { status: 101, webSocket: theirs });
  }

  override webSocketMessage(socket: WebSocket, given: string | ArrayBuffer): void {
    const allowance = spend(seatOf(socket).allowance, Date.now());
    if (allowance) {
      seat(socket, { ...seatOf(socket), allowance });
      this.#do(socket, readFrame(given));
    } else {
      tell(socket, wrong("too-fast", "wait a second"));
    }
  }

  override webSocketClose(socket: WebSocket): void {
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  #do(socket: WebSocket, asked: Asked | Wrong): void {
    const { person, joined } = seatOf(socket);
    if (asked.type === "error") tell(socket, asked);
    else if (asked.type === "join") this.#join(socket, asked.after);
    else if (!joined) tell(socket, wrong("not-joined", "join first"));
    else if (asked.type === "typing") this.#tellOthers(person, { type: "typing", who: person.name });
    else this.#say(socket, person, asked.id, asked.text);
  }

  /** What the socket has missed. From the last page on it gets what is said; nothing can come between the two. */
  #join(socket: WebSocket, after: number): void {
    const select = `SELECT number, sender_name AS "from", text, at FROM messages WHERE number > ? ORDER BY number LIMIT ?`;
    const found = this.#sql.exec<Message & Record<string, SqlStorageValue>>(select, after, PAGE + 1).toArray();
    const more = found.length > PAGE;
    const { person, joined } = seatOf(socket);
    const isNew = !joined && !more && !this.#isHere(person);
    if (!more) seat(socket, { ...seatOf(socket), joined: true });
    tell(socket, { type: "joined", messages: found.slice(0, PAGE), more, people: this.#people() });
    if (isNew) this.#tellOthers(person, { type: "came", who: person.name });
  }

  /** Stores the message, and then sends it. The runtime holds back what is sent until what was written is safe. */
  #say(socket: WebSocket, person: Person, id: string, text: string): void {
    const at = new Date().toISOString();
    const insert = `INSERT INTO messages (sender, sender_name, sender_key, text, at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING RETURNING number`;
    const [added] = this.#sql.exec<{ number: number }>(insert, person.id, person.name, id, text, at).toArray();
    if (added) {
      const message: Told = { type: "message", number: added.number, from: person.name, text, at };
      for (const each of this.#members()) tell(each, message);
    }
    const earlier = "SELECT number FROM messages WHERE sender = ? AND sender_key = ?";
    const { number } = added ?? this.#sql.exec<{ number: number }>(earlier, person.id, id).one();
    tell(socket, { type: "said", id, number });
  }

  #leave(socket: WebSocket): void {
    const { person, joined } = seatOf(socket);
    seat(socket, { ...seatOf(socket), joined: false });
    if (joined && !this.#isHere(person)) this.#tellOthers(person, { type: "left", who: person.name });
  }

  #members(): WebSocket[] {
    return this.ctx.getWebSockets().filter((socket) => seatOf(socket).joined);
  }

  #isHere(person: Person): boolean {
    return this.#members().some((socket) => seatOf(socket).person.id === person.id);
  }

  #people(): string[] {
    const byId = new Map(this.#members().map((socket) => [seatOf(socket).person.id, seatOf(socket).person.name]));
    return [...byId.values()].sort();
  }

  #tellOthers(person: Person, told: Told): void {
    for (const each of this.#members()) if (seatOf(each).person.id !== person.id) tell(each, told);
  }
}

const named = (request: Request, header: string) => decodeURIComponent(request.headers.get(header) ?? "");
const seatOf = (socket: WebSocket) => socket.deserializeAttachment() as Seat;
const seat = (socket: WebSocket, its: Seat) => socket.serializeAttachment(its);

function tell(socket: WebSocket, told: Told): void {
  try {
    socket.send(JSON.stringify(told));
  } catch {
    // It has just gone. The room hears of that by itself, and the others shall have the message.
  }
}
