import { json } from "./answers";
import { jsonObject } from "./bodies";
import type { Env } from "./env";
import type { Person } from "./identity";
import { Refusal } from "./refusal";

const LONGEST_TITLE = 200;
const PAGE = 50;

interface Ticket {
  readonly id: number;
  readonly title: string;
  readonly opened_by: string;
  readonly opened_at: string;
}

const SELECT = `SELECT tickets.id, title, users.name AS opened_by, opened_at
                FROM tickets JOIN users ON users.id = opened_by`;

/** The newest tickets, or those that are older than `before`. */
export async function listTickets(env: Env, before: string | null): Promise<Response> {
  if (before !== null && !/^\d{1,15}$/.test(before)) throw new Refusal(400, "before is the number of a ticket");
  const older = env.DB.prepare(`${SELECT} WHERE tickets.id < ? ORDER BY tickets.id DESC LIMIT ?`);
  const { results } = await older.bind(Number(before ?? Number.MAX_SAFE_INTEGER), PAGE).all<Ticket>();
  return json({ tickets: results });
}

export async function openTicket(request: Request, env: Env, person: Person): Promise<Response> {
  const { title } = await jsonObject(request);
  if (typeof title !== "string" || title.trim() === "" || title.length > LONGEST_TITLE) {
    throw new Refusal(400, `a title has 1 to ${LONGEST_TITLE} characters`);
  }
  const insert = env.DB.prepare("INSERT INTO tickets (title, opened_by, opened_at) VALUES (?, ?, ?) RETURNING id");
  const added = insert.bind(title.trim(), person.id, new Date().toISOString());
  const [, tickets] = await env.DB.batch<{ id: number }>([remember(env, person), added]);
  return json({ id: tickets?.results[0]?.id }, 201);
}

export async function showTicket(env: Env, id: number): Promise<Response> {
  return json(await ticket(env, id));
}

/** The ticket, which is there. */
export async function ticket(env: Env, id: number): Promise<Ticket> {
  const found = await env.DB.prepare(`${SELECT} WHERE tickets.id = ?`).bind(id).first<Ticket>();
  if (!found) throw new Refusal(404, `there is no ticket ${id}`);
  return found;
}

/** The statement after which D1 knows a person, by today's name. */
export function remember(env: Env, person: Person): D1PreparedStatement {
  const upsert = "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name";
  return env.DB.prepare(upsert).bind(person.id, person.name);
}
