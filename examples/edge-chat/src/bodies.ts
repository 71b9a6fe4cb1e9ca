import { Refusal } from "./refusal";

const JSON_BYTES = 10_000;

/** How long the body is. HTTP lets no more come than is announced, so what announces nothing is refused. */
export function announcedLength(request: Request, most: number): number {
  const given = request.headers.get("Content-Length");
  if (!given || !/^\d+$/.test(given)) throw new Refusal(411, "say in Content-Length how long the body is");
  const length = Number(given);
  if (length === 0) throw new Refusal(400, "the body is empty");
  if (length > most) throw new Refusal(413, `the body has ${length} bytes; ${most} are allowed`);
  return length;
}

/** The object that the body is, as JSON. */
export async function jsonObject(request: Request): Promise<Record<string, unknown>> {
  announcedLength(request, JSON_BYTES);
  // Demanding the type keeps forms out, which a browser sends to anyone without asking first.
  if (request.headers.get("Content-Type") !== "application/json") {
    throw new Refusal(415, "send the body as application/json");
  }
  const value: unknown = await request.json().catch(() => undefined);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "the body is no JSON object");
  }
  return value as Record<string, unknown>;
}
