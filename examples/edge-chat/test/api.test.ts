import assert from "node:assert/strict";
import { test } from "node:test";

import { Site, token } from "./site.ts";

const site = new Site();
const JSON_TYPE = { "Content-Type": "application/json" };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
const PICTURE = { "Content-Type": "image/png" };
const MOST_BYTES = 5_000_000;

test("a ticket is in D1 when it was opened", async () => {
  const id = await site.ticket("the lift <b>plays</b> jazz");
  const shown = (await (await site.ask(`/api/tickets/${id}`)).json()) as object;
  assert.partialDeepStrictEqual(shown, { id, title: "the lift <b>plays</b> jazz", opened_by: "ann" });
  const { DB } = await site.worker.getEnv();
  const row = await DB.prepare("SELECT title, opened_by FROM tickets WHERE id = ?").bind(id).first();
  assert.deepEqual(row, { title: "the lift <b>plays</b> jazz", opened_by: "id-ann" });
  const listed = (await (await site.ask("/api/tickets")).json()) as { tickets: { id: number }[] };
  assert.equal(listed.tickets[0]?.id, id);
  const older = (await (await site.ask(`/api/tickets?before=${id}`)).json()) as { tickets: { id: number }[] };
  assert.ok(older.tickets.every((ticket) => ticket.id < id));
});

const WRONG_TICKETS: readonly [number, string, RequestInit][] = [
  [400, "an empty title", { headers: JSON_TYPE, body: '{"title": " "}' }],
  [400, "a title over the limit", { headers: JSON_TYPE, body: JSON.stringify({ title: "x".repeat(201) }) }],
  [400, "a title that is no text", { headers: JSON_TYPE, body: '{"title": 1}' }],
  [400, "a body that is no JSON", { headers: JSON_TYPE, body: "{" }],
  [400, "a body that is no object", { headers: JSON_TYPE, body: "[]" }],
  [413, "a body over the limit", { headers: JSON_TYPE, body: JSON.stringify({ title: "x".repeat(10_000) }) }],
  [415, "a form", { headers: { "Content-Type": "text/plain" }, body: '{"title": "a"}' }],
];

for (const [status, what, given] of WRONG_TICKETS) {
  test(`a ticket with ${what} is refused with ${status} and a reason`, async () => {
    const answer = await site.ask("/api/tickets", { method: "POST", ...given });
    assert.equal(answer.status, status);
    assert.equal(typeof ((await answer.json()) as { error: string }).error, "string");
  });
}

test("a file is in R2 as it was sent, and comes back as a download that no browser shows", async () => {
  const ticket = await site.ticket();
  const big = new Uint8Array(MOST_BYTES).fill(7);
  big.set(PNG);
  const path = `/api/tickets/${ticket}/files`;
  const sent = await site.ask(`${path}?name=screen%20%C3%BC.png`, { method: "POST", headers: PICTURE, body: big });
  assert.equal(sent.status, 201);
  const { id } = (await sent.json()) as { id: string };
  assert.deepEqual(await (await site.ask(path)).json(), {
    files: [{ id, name: "screen ü.png", type: "image/png", size: MOST_BYTES }],
  });
  const { UPLOADS } = await site.worker.getEnv();
  const stored = await UPLOADS.get(`tickets/${ticket}/${id}`);
  assert.ok(Buffer.from(await stored.arrayBuffer()).equals(big));
  const back = await site.ask(`${path}/${id}`);
  assert.ok(Buffer.from(await back.arrayBuffer()).equals(big));
  assert.equal(back.headers.get("Content-Disposition"), "attachment; filename*=UTF-8''screen%20%C3%BC.png");
  assert.match(back.headers.get("Content-Security-Policy") ?? "", /sandbox/);
});

test("a file is read by whoever is signed in, at its own ticket", async () => {
  const ticket = await site.ticket();
  const path = `/api/tickets/${ticket}/files`;
  const sent = await site.ask(`${path}?name=a.png`, { method: "POST", headers: PICTURE, body: PNG });
  const { id } = (await sent.json()) as { id: string };
  assert.equal((await site.ask(`${path}/${id}`, { as: "" })).status, 401);
  assert.equal((await site.ask(`/api/tickets/${await site.ticket()}/files/${id}`)).status, 404);
});

const WRONG_FILES: readonly [number, string, string, object][] = [
  [413, "over the limit", "a.png", { headers: PICTURE, body: new Uint8Array(MOST_BYTES + 1) }],
  [411, "of unknown length", "a.png", { headers: PICTURE, body: new Blob([PNG]).stream(), duplex: "half" }],
  [415, "of a type that is not allowed", "a.html", { headers: { "Content-Type": "text/html" }, body: PNG }],
  [415, "that is not what it says", "a.png", { headers: PICTURE, body: "<script>alert(1)</script>" }],
  [415, "shorter than its type begins", "a.png", { headers: PICTURE, body: PNG.slice(0, 4) }],
  [400, "without content", "a.png", { headers: PICTURE, body: "" }],
  [400, "with a path for a name", "../a.png", { headers: PICTURE, body: PNG }],
  [400, "without a name", "", { headers: PICTURE, body: PNG }],
];

for (const [status, what, name, given] of WRONG_FILES) {
  test(`a file ${what} is refused with ${status} and leaves nothing`, async () => {
    const ticket = await site.ticket();
    const path = `/api/tickets/${ticket}/files`;
    const answer = await site.ask(`${path}?name=${encodeURIComponent(name)}`, { method: "POST", ...given });
    assert.equal(answer.status, status);
    assert.deepEqual(await (await site.ask(path)).json(), { files: [] });
    const { UPLOADS } = await site.worker.getEnv();
    assert.deepEqual((await UPLOADS.list({ prefix: `tickets/${ticket}/` })).objects, []);
  });
}

test("a file for a ticket that is not there is refused", async () => {
  const answer = await site.ask("/api/tickets/999999/files?name=a.png", {
    method: "POST",
    headers: PICTURE,
    body: PNG,
  });
  assert.equal(answer.status, 404);
});

const now = Math.floor(Date.now() / 1000);
const WRONG_TOKENS: readonly [string, string][] = [
  ["none", ""],
  ["one that another secret signed", token("ann", {}, "another secret, which is long enough too")],
  ["one whose time is over", token("ann", { exp: now - 1 })],
  ["one without an end", token("ann", { exp: undefined })],
  [
    "one that says it is not signed",
    `${token("ann", {}, undefined, { alg: "none", typ: "JWT" }).split(".").slice(0, 2).join(".")}.`,
  ],
  ["one of another algorithm", token("ann", {}, undefined, { alg: "HS512", typ: "JWT" })],
  ["one that was changed", token("ann").replace(/\.[^.]+\./, `.${token("eve").split(".")[1]}.`)],
  ["one with line breaks in the name", token("ann", { name: "ann\r\nbob" })],
  ["one with line breaks in the id", token("ann", { sub: "ann\r\nbob" })],
  ["one without a name", token("ann", { name: undefined })],
  ["one that is no token", "a.b.c"],
];

for (const [what, as] of WRONG_TOKENS) {
  test(`of tokens, ${what} opens neither the API nor a room`, async () => {
    const ticket = await site.ticket();
    assert.equal((await site.ask("/api/tickets", { as })).status, 401);
    assert.equal(await site.handshake(ticket, { Authorization: `Bearer ${as}` }), "refused");
  });
}

test("a page of another site opens neither the API nor a room, with the visitor's cookie", async () => {
  const ticket = await site.ticket();
  const Cookie = `session=${token("ann")}`;
  for (const Origin of ["https://evil.example", `${site.url.origin}.evil.example`, "null"]) {
    const headers = { ...JSON_TYPE, Cookie, Origin };
    const answer = await site.ask("/api/tickets", { method: "POST", as: "", headers, body: '{"title": "a"}' });
    assert.equal(answer.status, 403);
    assert.equal(await site.handshake(ticket, { Cookie, Origin }), "refused");
  }
  assert.equal(await site.handshake(ticket, { Cookie, Origin: site.url.origin }), "in");
});

test("a room of a ticket that is not there opens to nobody", async () => {
  assert.equal(await site.handshake(999_999, { Authorization: `Bearer ${token("ann")}` }), "refused");
  assert.equal((await site.ask("/api/tickets/1/socket")).status, 426);
});

test("who signs in gets a cookie that no script reads and no other site sends", async () => {
  const answer = await site.ask("/api/session", { method: "POST" });
  const cookie = answer.headers.get("Set-Cookie") ?? "";
  assert.match(cookie, /^session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  const Cookie = cookie.split(";")[0] ?? "";
  assert.equal((await site.ask("/api/tickets", { as: "", headers: { Cookie } })).status, 200);
  const out = await site.ask("/api/session", { method: "DELETE" });
  assert.match(out.headers.get("Set-Cookie") ?? "", /^session=; Max-Age=0; /);
});

test("every answer has the headers that keep it from being shown, framed or kept", async () => {
  for (const path of ["/api/health", "/api/tickets", "/api/nothing"]) {
    const { headers } = await site.ask(path);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(headers.get("Cache-Control"), "no-store");
    assert.match(headers.get("Content-Security-Policy") ?? "", /default-src 'none'; frame-ancestors 'none'/);
    assert.match(headers.get("Strict-Transport-Security") ?? "", /max-age=31536000/);
  }
  const page = await site.ask("/", { as: "" });
  assert.match(await page.text(), /<h1>Help desk<\/h1>/);
  assert.match(page.headers.get("Content-Security-Policy") ?? "", /default-src 'self'/);
});

test("it says whether it runs, and whether it is ready, to anybody", async () => {
  assert.equal((await site.ask("/api/health", { as: "" })).status, 200);
  const answer = await site.ask("/api/ready", { as: "" });
  assert.deepEqual(
    [answer.status, await answer.json()],
    [200, { status: "ready", checks: { database: "up", secret: "set" } }],
  );
});
