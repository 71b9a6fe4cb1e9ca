// The Worker in the runtime that Cloudflare runs it with, on loopback, and people who talk to it over real sockets.
import { after, before } from "node:test";

import { createTestHarness } from "wrangler";

import { sign } from "../token.js";

export const SECRET = "what-signs-the-tokens-of-these-tests";
const PATIENCE_MS = 60_000;
const HS256 = { alg: "HS256", typ: "JWT" };

type Frame = Readonly<Record<string, unknown>>;

export function token(name: string, claims: object = {}, secret = SECRET, header = HS256): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return sign({ sub: `id-${name}`, name, exp, ...claims }, secret, header);
}

/** The site of a test file. It lasts as long as the file's tests. */
export class Site {
  readonly #harness = createTestHarness({
    root: import.meta.dirname,
    workers: [{ configPath: "../wrangler.jsonc", secrets: { JWT_SECRET: SECRET } }],
  });
  readonly worker = this.#harness.getWorker();
  readonly people: Person[] = [];
  url = new URL("http://127.0.0.1");

  constructor() {
    before(async () => {
      this.url = (await this.#harness.listen()).url;
      await this.worker.applyD1Migrations("DB");
    });
    after(async () => {
      for (const person of this.people) void person.leave();
      await this.#harness.close();
    });
  }

  ask(path: string, given: RequestInit & { as?: string; duplex?: "half" } = {}): Promise<Response> {
    const { as = token("ann"), headers, ...rest } = given;
    const authorization: Record<string, string> = as ? { Authorization: `Bearer ${as}` } : {};
    return fetch(new URL(path, this.url), { ...rest, headers: { ...authorization, ...(headers as object) } });
  }

  /** A new ticket, and so a room that nobody has been in. */
  async ticket(title = "the printer is on fire"): Promise<number> {
    const headers = { "Content-Type": "application/json" };
    const answer = await this.ask("/api/tickets", { method: "POST", headers, body: JSON.stringify({ title }) });
    return ((await answer.json()) as { id: number }).id;
  }

  /** Somebody who has joined the room of a ticket and has what came after the message of that number. */
  async person(name: string, ticket: number, number = 0): Promise<Person> {
    const person = await this.stranger(name, ticket);
    person.send({ type: "join", after: number });
    await person.hears("joined");
    return person;
  }

  /** Somebody who is connected and has not joined. */
  async stranger(name: string, ticket: number): Promise<Person> {
    const person = new Person(this.socket(ticket, { Authorization: `Bearer ${token(name)}` }));
    this.people.push(person);
    await person.isConnected;
    return person;
  }

  socket(ticket: number, headers: Record<string, string>): WebSocket {
    const address = new URL(`/api/tickets/${ticket}/socket`, this.url);
    address.protocol = "ws:";
    return new WebSocket(address, { headers });
  }

  /** The status that a handshake ends with: 101, or what refuses it. */
  async handshake(ticket: number, headers: Record<string, string>): Promise<"in" | "refused"> {
    const person = new Person(this.socket(ticket, headers));
    this.people.push(person);
    return person.isConnected.then(
      () => "in",
      () => "refused",
    );
  }

  /** How often rooms have been made in memory, and how many sockets each found there. */
  wakings(): number[] {
    const lines = this.#harness.getLogs().map((log) => String(log.message));
    const woke = lines.filter((line) => line.includes("room woke"));
    return woke.map((line) => (JSON.parse(line) as { sockets: number }).sockets);
  }

  /** Takes a room out of memory, as Cloudflare does with one that is idle. Its sockets stay. */
  async sleep(ticket: number): Promise<void> {
    await this.worker.evictDurableObject("Room", { name: `ticket-${ticket}`, webSockets: "hibernate" });
  }

  /** What the room of a ticket has on disk. */
  async stored(ticket: number): Promise<readonly Frame[]> {
    const storage = await this.worker.getDurableObjectStorage("Room", { name: `ticket-${ticket}` });
    return storage.exec("SELECT number, text FROM messages ORDER BY number");
  }
}

export class Person {
  readonly frames: Frame[] = [];
  readonly isConnected: Promise<void>;
  readonly #socket: WebSocket;
  #onFrame: () => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.isConnected = new Promise((done, fail) => {
      socket.addEventListener("open", () => done());
      socket.addEventListener("error", () => fail(new Error("not connected")));
    });
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(data === "pong" ? { type: "pong" } : JSON.parse(data));
      this.#onFrame();
    });
  }

  get isIn(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: Frame | string | Uint8Array<ArrayBuffer>): void {
    const isRaw = typeof frame === "string" || frame instanceof Uint8Array;
    this.#socket.send(isRaw ? frame : JSON.stringify(frame));
  }

  say(text: string, id: string = crypto.randomUUID()): void {
    this.send({ type: "say", id, text });
  }

  /** Waits for a frame of this type with these details, or for the so many-th. */
  async hears(type: string, details: Frame = {}, times = 1): Promise<Frame> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    const look = () => {
      const found = this.all(type, details);
      const last = found[times - 1];
      if (last) resolve(last);
    };
    this.#onFrame = look;
    const patience = setTimeout(() => {
      reject(new Error(`no ${type} ${JSON.stringify(details)}; it heard ${JSON.stringify(this.frames.slice(-5))}`));
    }, PATIENCE_MS);
    look();
    return promise.finally(() => clearTimeout(patience));
  }

  all(type: string, details: Frame = {}): Frame[] {
    const wanted = Object.entries({ type, ...details });
    return this.frames.filter((frame) => wanted.every(([name, value]) => frame[name] === value));
  }

  texts(): unknown[] {
    return this.all("message").map((frame) => frame.text);
  }

  /** Closes the socket, and waits until the room has closed it too. */
  leave(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#socket.addEventListener("close", () => closed.resolve());
    this.#socket.close();
    return closed.promise;
  }
}
