// The Worker: who asks what. Rooms are in room.ts, pages in public/.
import { json, nothing } from "./answers";
import type { Env } from "./env";
import { listFiles, readFile, upload } from "./files";
import { COOKIE, type Person, secretIsSound, tokenOf, whoAsks } from "./identity";
import { refuseOtherPages } from "./origins";
import { Refusal } from "./refusal";
import { enter } from "./room";
import { listTickets, openTicket, remember, showTicket } from "./tickets";

export { Room } from "./room";

const TICKET = /^\/api\/tickets\/(\d{1,15})(?:\/(socket|files)(?:\/([0-9a-f-]{36}))?)?$/;
const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict";

export default {
  async fetch(request, env): Promise<Response> {
    try {
      return await answer(request, env);
    } catch (error) {
      if (error instanceof Refusal) return json({ error: error.message }, error.status);
      const reason = error instanceof Error ? error.message : "unknown";
      console.error(JSON.stringify({ event: "failed", path: new URL(request.url).pathname, reason }));
      return json({ error: "this did not work" }, 500);
    }
  },
} satisfies ExportedHandler<Env>;

async function answer(request: Request, env: Env): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const asked = `${request.method} ${pathname}`;
  if (asked === "GET /api/health") return json({ status: "ok" });
  if (asked === "GET /api/ready") return ready(env);

  refuseOtherPages(request);
  const person = await whoAsks(request, env);
  if (asked === "POST /api/session") return signIn(request, env, person);
  if (asked === "DELETE /api/session") return nothing({ "Set-Cookie": `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}` });
  if (asked === "GET /api/tickets") return listTickets(env, searchParams.get("before"));
  if (asked === "POST /api/tickets") return openTicket(request, env, person);

  const [, number, part, file] = TICKET.exec(pathname) ?? [];
  if (number) {
    const what = `${request.method} ${part ?? "ticket"}${file ? "/file" : ""}`;
    if (what === "GET ticket") return showTicket(env, Number(number));
    if (what === "GET socket") return enter(request, env, person, Number(number));
    if (what === "GET files") return listFiles(env, Number(number));
    if (what === "POST files") return upload(request, env, person, Number(number));
    if (what === "GET files/file" && file) return readFile(env, Number(number), file);
  }
  throw new Refusal(404, "there is nothing here");
}

/** Whether requests can be answered: the secret is there, and D1 has the tables. */
async function ready(env: Env): Promise<Response> {
  const database = await env.DB.prepare("SELECT id FROM tickets LIMIT 1")
    .all()
    .then(
      () => "up",
      () => "down",
    );
  const secret = secretIsSound(env) ? "set" : "not set";
  const isReady = database === "up" && secret === "set";
  return json({ status: isReady ? "ready" : "not ready", checks: { database, secret } }, isReady ? 200 : 503);
}

/** Puts the token where the browser sends it along and no script can read it. */
async function signIn(request: Request, env: Env, person: Person): Promise<Response> {
  await remember(env, person).run();
  return json(person, 200, { "Set-Cookie": `${COOKIE}=${tokenOf(request)}; ${ATTRIBUTES}` });
}
