// Files of a ticket: in R2, under names that nobody can guess, and told of in D1.
import { download, json } from "./answers";
import { announcedLength } from "./bodies";
import type { Env } from "./env";
import type { Person } from "./identity";
import { Refusal } from "./refusal";
import { remember, ticket } from "./tickets";

const MOST_BYTES = 5_000_000;
const NAME = /^[^\p{C}/\\]{1,100}$/u;
// What may be sent, and how each begins: a page that calls itself a picture is not one.
const BEGINNINGS: Readonly<Record<string, readonly number[]>> = {
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "image/jpeg": [0xff, 0xd8, 0xff],
  "application/pdf": [0x25, 0x50, 0x44, 0x46, 0x2d],
};

interface File {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export async function upload(request: Request, env: Env, person: Person, number: number): Promise<Response> {
  const name = new URL(request.url).searchParams.get("name") ?? "";
  if (!NAME.test(name)) throw new Refusal(400, "?name= has 1 to 100 characters, and no / among them");
  const type = request.headers.get("Content-Type") ?? "";
  const beginning = BEGINNINGS[type];
  if (!beginning) throw new Refusal(415, `send one of ${Object.keys(BEGINNINGS).join(", ")}`);
  const length = announcedLength(request, MOST_BYTES);
  if (!request.body) throw new Refusal(400, "the body is empty");
  await ticket(env, number);

  const id = crypto.randomUUID();
  await store(env.UPLOADS, key(number, id), request.body, { beginning, length, type });
  const insert = env.DB.prepare(
    "INSERT INTO files (id, ticket, name, type, size, uploaded_by, uploaded_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  ).bind(id, number, name, type, length, person.id, new Date().toISOString());
  try {
    await env.DB.batch([remember(env, person), insert]);
  } catch (error) {
    await env.UPLOADS.delete(key(number, id)); // nothing tells of it, so nobody would ever delete it
    throw error;
  }
  return json({ id }, 201);
}

export async function listFiles(env: Env, number: number): Promise<Response> {
  const select = env.DB.prepare("SELECT id, name, type, size FROM files WHERE ticket = ? ORDER BY uploaded_at");
  return json({ files: (await select.bind(number).all<File>()).results });
}

export async function readFile(env: Env, number: number, id: string): Promise<Response> {
  const select = env.DB.prepare("SELECT id, name, type, size FROM files WHERE ticket = ? AND id = ?");
  const file = await select.bind(number, id).first<File>();
  const stored = file && (await env.UPLOADS.get(key(number, id)));
  if (!stored) throw new Refusal(404, "there is no such file");
  return download(stored.body, file.name, file.type);
}

const key = (number: number, id: string) => `tickets/${number}/${id}`;

/** Passes a body on to R2 while it comes, once its first bytes are right. */
async function store(
  bucket: R2Bucket,
  name: string,
  body: ReadableStream,
  expected: { readonly beginning: readonly number[]; readonly length: number; readonly type: string },
): Promise<void> {
  const reader = body.getReader({ mode: "byob" });
  const { beginning } = expected;
  const first = await reader.readAtLeast(beginning.length, new Uint8Array(beginning.length));
  reader.releaseLock();
  const begun = first.value;
  if (!begun || !beginning.every((byte, place) => begun[place] === byte)) {
    throw new Refusal(415, `this is no ${expected.type}`);
  }
  const { readable, writable } = new FixedLengthStream(expected.length);
  const pass = async () => {
    const writer = writable.getWriter();
    await writer.write(begun);
    writer.releaseLock();
    await body.pipeTo(writable);
  };
  await Promise.all([bucket.put(name, readable, { httpMetadata: { contentType: expected.type } }), pass()]);
}
