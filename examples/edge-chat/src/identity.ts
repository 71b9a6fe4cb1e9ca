// Who is asking: a token (JWT, HS256) that whoever signs people in has made with the same secret.
import type { Env } from "./env";
import { Refusal } from "./refusal";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export const COOKIE = "session";
const LONGEST_TOKEN = 2000;
const SHORTEST_SECRET = 32;
const PLAIN = /^[^\p{C}]{1,60}$/u; // no control characters

export function secretIsSound(env: Env): boolean {
  return typeof env.JWT_SECRET === "string" && env.JWT_SECRET.length >= SHORTEST_SECRET;
}

/** The token of a request: of its header, or of the cookie, since a browser's WebSocket has no header of its own. */
export function tokenOf(request: Request): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get("Authorization") ?? "");
  if (bearer) return bearer[1];
  const cookies = (request.headers.get("Cookie") ?? "").split("; ");
  return cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Whose request it is. */
export async function whoAsks(request: Request, env: Env): Promise<Person> {
  if (!secretIsSound(env)) throw new Error(`JWT_SECRET has fewer than ${SHORTEST_SECRET} characters`);
  const person = await read(tokenOf(request) ?? "", env.JWT_SECRET);
  if (!person) throw new Refusal(401, "sign in first");
  return person;
}

async function read(token: string, secret: string): Promise<Person | undefined> {
  const [header, body, signature, ...rest] = token.split(".");
  if (token.length > LONGEST_TOKEN || !header || !body || !signature || rest.length > 0) return undefined;
  // The secret decides what is an algorithm here; what the token says of it must agree.
  if (parsed(header)?.alg !== "HS256") return undefined;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${body}`);
  const bytes = decoded(signature);
  if (!bytes || !(await crypto.subtle.verify("HMAC", key, bytes, signed))) return undefined;
  const { sub: id, name, exp } = parsed(body) ?? {};
  if (typeof exp !== "number" || exp * 1000 <= Date.now()) return undefined;
  if (typeof id !== "string" || typeof name !== "string" || !PLAIN.test(id) || !PLAIN.test(name)) return undefined;
  return { id, name };
}

function parsed(part: string): Record<string, unknown> | undefined {
  const bytes = decoded(part);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
