import assert from "node:assert/strict";
import { test } from "node:test";

import { type Person, Site } from "./site.ts";

const site = new Site();

const numberedFrom = (word: string, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => `${word} ${first + place}`);
const numbered = (first: number, last: number) => numberedFrom("message", first, last);

test("a hundred sockets in one room get every message once and in the order of its number", async () => {
  const ticket = await site.ticket();
  const people = await Promise.all(Array.from({ length: 100 }, (_, place) => site.person(`p${place}`, ticket)));
  for (let round = 0; round < 10; round += 1) {
    for (const sender of people.slice(0, 10)) sender.say(`round ${round}`);
  }
  await Promise.all(people.map((person) => person.hears("message", {}, 100)));
  await Promise.all(people.slice(0, 10).map((person) => person.hears("said", {}, 10)));
  const numbers = Array.from({ length: 100 }, (_, place) => place + 1);
  const heard = people[99]?.all("message") ?? [];
  for (const person of people) assert.deepEqual(person.all("message"), heard);
  assert.deepEqual(
    heard.map((message) => message.number),
    numbers,
  );
  for (let sender = 0; sender < 10; sender += 1) {
    const own = heard.filter((message) => message.from === `p${sender}`).map((message) => message.text);
    assert.deepEqual(own, numberedFrom("round", 0, 9));
  }
});

test("a room that was taken out of memory goes on with the same sockets, people and numbers", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  const bob = await site.person("bob", ticket);
  ann.say("before");
  await bob.hears("message", { text: "before" });
  const before = site.wakings().length;
  await site.sleep(ticket);
  ann.say("after");
  const heard = await bob.hears("message", { text: "after" });
  assert.equal(heard.number, 2);
  assert.deepEqual(site.wakings().slice(before), [2], "it was made anew, with both sockets, and once");
  assert.ok(ann.isIn && bob.isIn);
  const eve = await site.person("eve", ticket);
  assert.deepEqual((await eve.hears("joined")).people, ["ann", "bob", "eve"]);
});

test("whoever looks whether anybody is there does not wake the room", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  await site.sleep(ticket);
  const before = site.wakings().length;
  ann.send("ping");
  await ann.hears("pong");
  assert.equal(site.wakings().length, before);
});

test("a message is on disk when others hear it", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  ann.say("kept");
  await ann.hears("message", { text: "kept" });
  assert.deepEqual(await site.stored(ticket), [{ number: 1, text: "kept" }]);
});

test("who comes again gets what was missed and nothing twice", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  const bob = await site.person("bob", ticket);
  ann.say("message 1");
  await bob.hears("message", { number: 1 });
  await bob.leave();
  await ann.hears("left", { who: "bob" });
  for (const text of numbered(2, 4)) ann.say(text);
  await ann.hears("said", { number: 4 });
  const again = await site.person("bob", ticket, 1);
  const { messages } = (await again.hears("joined")) as { messages: { text: string }[] };
  assert.deepEqual(
    messages.map((message) => message.text),
    numbered(2, 4),
  );
  ann.say("message 5");
  await again.hears("message", { number: 5 });
  assert.deepEqual(again.texts(), ["message 5"]);
});

test("a long history comes in pages, and what is said comes after the last of them", async () => {
  const ticket = await site.ticket();
  const writers = await Promise.all(Array.from({ length: 11 }, (_, place) => site.person(`w${place}`, ticket)));
  for (const writer of writers) for (const text of numbered(1, 19)) writer.say(text);
  await Promise.all(writers.map((writer) => writer.hears("message", { number: 209 })));
  const late = await site.stranger("late", ticket);
  late.send({ type: "join", after: 0 });
  const first = (await late.hears("joined")) as { messages: { number: number }[]; more: boolean };
  assert.deepEqual([first.messages.length, first.messages.at(-1)?.number, first.more], [200, 200, true]);
  (await site.person("ann", ticket, 209)).say("between");
  await writers[0]?.hears("message", { text: "between" });
  late.send({ type: "join", after: 200 });
  const second = (await late.hears("joined", {}, 2)) as { messages: { number: number }[]; more: boolean };
  assert.deepEqual([second.messages.length, second.messages.at(-1)?.number, second.more], [10, 210, false]);
  assert.deepEqual(late.texts(), [], "not live before it has what came before");
});

test("what is said a second time, because the answer was lost, is one message", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  ann.say("once", "key-1");
  ann.say("once", "key-1");
  await ann.hears("said", { id: "key-1", number: 1 }, 2);
  ann.say("next", "key-2");
  await ann.hears("message", { text: "next" });
  assert.deepEqual(ann.texts(), ["once", "next"]);
  const bob = await site.person("bob", ticket);
  bob.say("his own", "key-1");
  await bob.hears("message", { text: "his own" });
});

test("who comes, types and leaves is told to the others", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  const bob = await site.person("bob", ticket);
  assert.deepEqual((await bob.hears("joined")).people, ["ann", "bob"]);
  await ann.hears("came", { who: "bob" });
  const window = await site.person("bob", ticket);
  bob.send({ type: "typing" });
  await ann.hears("typing", { who: "bob" });
  await bob.leave();
  window.send({ type: "typing" });
  await ann.hears("typing", { who: "bob" }, 2);
  assert.equal(ann.all("came").length, 1, "a second window is no second person");
  assert.equal(ann.all("left").length, 0, "nor is one of two windows that is closed");
  await window.leave();
  await ann.hears("left", { who: "bob" });
  assert.deepEqual([...bob.all("typing"), ...ann.all("came", { who: "ann" })], []);
});

const REFUSED: readonly [string, string, (person: Person) => void][] = [
  [
    "too-large",
    "a frame over the limit",
    (one) => one.send(JSON.stringify({ type: "say", id: "a", text: "x".repeat(5000) })),
  ],
  ["too-large", "a frame that is short in characters and long in bytes", (one) => one.say("€".repeat(1400))],
  ["malformed", "a text over the limit", (one) => one.say("x".repeat(1001))],
  ["malformed", "no JSON", (one) => one.send("{")],
  ["malformed", "JSON that is no object", (one) => one.send("null")],
  ["malformed", "bytes", (one) => one.send(new Uint8Array(8))],
  ["malformed", "a type that is none", (one) => one.send({ type: "shout" })],
  ["malformed", "no text", (one) => one.send({ type: "say", id: "a" })],
  ["malformed", "an empty text", (one) => one.say(" ")],
  ["malformed", "no id", (one) => one.send({ type: "say", text: "a" })],
  ["malformed", "a number below zero", (one) => one.send({ type: "join", after: -1 })],
  ["malformed", "a number that is not whole", (one) => one.send({ type: "join", after: 0.5 })],
  ["malformed", "a number that is none", (one) => one.send({ type: "join", after: "1; DROP TABLE messages" })],
];

for (const [code, what, send] of REFUSED) {
  test(`${what} is refused, and the socket and the room live on`, async () => {
    const ticket = await site.ticket();
    const ann = await site.person("ann", ticket);
    const bob = await site.person("bob", ticket);
    send(ann);
    await ann.hears("error", { code });
    ann.say("still here");
    await bob.hears("message", { number: 1, text: "still here" });
    assert.deepEqual([ann.all("error").length, bob.all("error").length], [1, 0]);
  });
}

test("who has not joined says nothing", async () => {
  const ticket = await site.ticket();
  const stranger = await site.stranger("eve", ticket);
  stranger.say("hello");
  await stranger.hears("error", { code: "not-joined" });
  assert.deepEqual(await site.stored(ticket), []);
});

test("a socket that sends too fast is slowed down; the others are not", async () => {
  const ticket = await site.ticket();
  const ann = await site.person("ann", ticket);
  const bob = await site.person("bob", ticket);
  for (let sent = 0; sent < 60; sent += 1) ann.send({ type: "typing" });
  await ann.hears("error", { code: "too-fast" });
  bob.say("calm");
  await ann.hears("message", { text: "calm" });
});
