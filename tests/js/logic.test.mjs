// The counting page's logic apart from the page: what is shown, what waits, and what is sent.
import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock } from "../../static/js/kernel/clock.js";
import { Outbox, age } from "../../static/js/kernel/outbox.js";
import { Sender } from "../../static/js/kernel/send.js";
import { makeId } from "../../static/js/kernel/uuid.js";
import { readCancelling, readClosing } from "../../static/js/meals/closing.js";
import { findDay, lineOf, makeTap, plate, readButton, waitingFor, withWaiting } from "../../static/js/meals/count.js";
import { recall, remember, tidy } from "../../static/js/meals/known.js";

const AT = "2024-07-01T09:00:00Z";
const tap = (id, change = 1, park = "p", day = "2024-07-01") =>
  makeTap({ id, at: AT, park, day, group: "school-age", change, undoes: null });
const ids = (events) => events.map((event) => event.id);
let people = 0;

// An outbox of somebody new, closed with the test.
async function outboxOf(t, user = `person ${(people += 1)}`) {
  const outbox = await Outbox.open(user);
  t.after(() => outbox.close());
  return outbox;
}

test("a button says what it counts", () => {
  assert.deepEqual(readButton("under-school-age+5"), { group: "under-school-age", change: 5, undoes: null });
  const id = "0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11";
  assert.deepEqual(readButton(`adults-1:${id}`), { group: "adults", change: -1, undoes: id });
  for (const wrong of ["", "adults", "adults+x", "+1", "adults+1:x"]) assert.equal(readButton(wrong), null);
});

test("what is shown is what the service has and what waits", () => {
  const events = [tap("a"), tap("b", 5), tap("c", 1, "other"), tap("d", 1, "p", "2024-07-02")];
  const waiting = waitingFor(events, "p", "2024-07-01");
  assert.deepEqual(ids(waiting), ["a", "b"]);
  assert.deepEqual(withWaiting({ "school-age": 3, adults: 1 }, waiting), { "school-age": 9, adults: 1 });
});

test("the plate says what is left, and what is over", () => {
  assert.deepEqual(plate({ "school-age": 70, "second-helpings": 5 }, 80), { first: 70, left: 5, over: 0, all: 80 });
  assert.deepEqual(plate({ "school-age": 90, adults: 2 }, 80), { first: 90, left: -12, over: 12, all: 90 });
});

test("a page kept from another day finds today's among its days", () => {
  const days = [{ day: "2024-07-01" }, { day: "2024-07-03" }];
  assert.deepEqual(findDay(days, "2024-07-01"), { own: days[0], next: days[1] });
  assert.deepEqual(findDay(days, "2024-07-02"), { own: null, next: days[1] });
  assert.deepEqual(findDay(days, "2024-07-04"), { own: null, next: null });
});

test("the line says in words what is not sent, and for how long", () => {
  const hour = 3600 * 1000;
  const now = 100 * hour;
  const line = (facts) => lineOf({ waiting: 3, refusal: "", state: "offline", since: now, oldest: 0, now, sentAt: 0, ...facts });
  assert.deepEqual(line({}), { kind: "warn", title: ["waiting", { n: 3 }], more: ["offline", {}] });
  assert.deepEqual(line({ waiting: 1, state: "sent" }), { kind: "warn", title: ["waitingOne", {}], more: ["sending", {}] });
  assert.deepEqual(line({ state: "ended" }).more, ["ended", {}]);
  assert.deepEqual(line({ since: now - hour }), { kind: "bad", title: ["waiting", { n: 3 }], more: ["long", { at: now - hour }] });
  assert.deepEqual(line({ oldest: 25 * hour }).more, ["old", {}]);
  assert.deepEqual(line({ refusal: "no" }).title, ["refused", { why: "no" }]);
  assert.deepEqual(line({ waiting: 0, sentAt: now - 1 }), { kind: "ok", title: ["sent", { at: now - 1 }], more: null });
  assert.equal(line({ waiting: 0, sentAt: now - hour }).title, null);
});

test("time is the service's, also on a phone whose clock is wrong by hours", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  let device = Date.parse("2024-07-02T03:00:00Z");
  const clock = new Clock(storage, () => device);
  assert.equal(clock.day(), "2024-07-02");
  clock.set("2024-07-01T09:00:00Z");
  device += 60_000;
  assert.equal(clock.now().toISOString(), "2024-07-01T09:01:00.000Z");
  assert.equal(new Clock(storage, () => device).day(), "2024-07-01");
  clock.atLeast("2024-07-01T08:00:00Z");
  assert.equal(clock.day(), "2024-07-01");
  clock.atLeast("2024-07-03T08:00:00Z");
  assert.equal(clock.day(), "2024-07-03");
  // Helsinki's day, not Greenwich's.
  clock.set("2024-07-01T21:30:00Z");
  assert.equal(clock.day(), "2024-07-02");
});

test("what the service told is remembered for a week", () => {
  const storage = {
    getItem(key) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(key, value) {
      this[key] = value;
    },
    removeItem(key) {
      delete this[key];
    },
  };
  const told = { counts: { adults: 2 }, ended: "closed", at: 5 };
  remember(storage, "p", "2024-07-01", told);
  assert.deepEqual(recall(storage, "p", "2024-07-01"), told);
  assert.deepEqual(recall(storage, "p", "2024-07-02"), { counts: {}, ended: "", at: 0 });
  tidy(storage, "2024-07-08");
  assert.equal(recall(storage, "p", "2024-07-01").at, 5);
  tidy(storage, "2024-07-09");
  assert.equal(recall(storage, "p", "2024-07-01").at, 0);
});

test("waiting events belong to who made them and survive another tab", async (t) => {
  const mine = await outboxOf(t, "me");
  const again = await outboxOf(t, "me");
  const yours = await outboxOf(t, "you");
  await mine.add(tap("a"));
  await again.add(tap("b"));
  await yours.read();
  assert.deepEqual(yours.waiting, []);
  await yours.remove(["a"]);
  await mine.read();
  assert.deepEqual(ids(mine.waiting), ["a", "b"]);
  await mine.remove(["a"]);
  assert.deepEqual(ids(mine.waiting), ["b"]);
  await assert.rejects(mine.add(tap("b")), "an id is used once");
});

test("a connection that the browser dropped is opened again, and nothing is lost", async (t) => {
  const outbox = await outboxOf(t);
  await outbox.add(tap("c1"));
  outbox.database.close();
  await outbox.add(tap("c2"));
  outbox.database.close();
  await outbox.read();
  assert.deepEqual(ids(outbox.waiting), ["c1", "c2"]);
});

test("an id is a random UUID of version 4, with and without TLS", () => {
  const made = new Set(Array.from({ length: 100 }, makeId));
  assert.equal(made.size, 100);
  for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("how long the oldest has waited", () => {
  assert.equal(age([], Date.parse(AT)), 0);
  assert.equal(age([tap("a"), { at: "2024-07-01T08:00:00Z" }], Date.parse(AT)), 3600 * 1000);
});

function sender(answers, outbox) {
  const calls = { heard: [], later: [], works: [], sent: [] };
  const made = new Sender({
    outbox,
    url: "/sync",
    token: "t",
    locks: null,
    later: (work, wait) => calls.later.push(wait) && calls.works.push(work),
    heard: (answer) => calls.heard.push(answer.state),
    fetch: async (_url, options) => {
      if (options.method !== "POST") return { ok: true, json: async () => ({ user: outbox.user, token: "new" }) };
      const { events, user } = JSON.parse(options.body);
      assert.equal(user, outbox.user);
      calls.sent.push(events.map((event) => event.id));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (typeof answer === "number") return { status: answer, ok: false };
      const results = events.map((event) => ({ id: event.id, result: answer?.[event.id] ?? "stored", text: `no: ${event.id}` }));
      return { status: 200, ok: true, json: async () => ({ user, results, counts: {} }) };
    },
  });
  return [made, calls];
}

test("what is refused stays in a list with why, to be sent again or taken off", async (t) => {
  const outbox = await outboxOf(t);
  for (const id of ["r1", "r2"]) await outbox.add(tap(id));
  const [made, calls] = sender([{ r1: "refused" }, {}], outbox);
  await made.send();
  assert.deepEqual(outbox.waiting, []);
  assert.deepEqual(outbox.refused.map(({ id, why }) => [id, why]), [["r1", "no: r1"]]);
  await outbox.tryAgain();
  assert.deepEqual([ids(outbox.waiting), outbox.refused], [["r1"], []]);
  await made.send();
  assert.deepEqual(calls.sent, [["r1", "r2"], ["r1"]]);
  await outbox.add(tap("r3"));
  await outbox.refuse(new Map([["r3", "no"]]));
  await outbox.remove(["r3"]);
  assert.deepEqual([outbox.waiting, outbox.refused], [[], []]);
});

test("only what is stored or refused leaves the outbox", async (t) => {
  const outbox = await outboxOf(t);
  for (const id of ["o1", "o2", "o3"]) await outbox.add(tap(id));
  const [made, calls] = sender([{ o2: "refused", o3: "unknown" }], outbox);
  await made.send();
  assert.deepEqual(ids(outbox.waiting), ["o3"]);
  assert.deepEqual(calls.sent, [["o1", "o2", "o3"]]);
});

test("without a network it waits longer each time and loses nothing", async (t) => {
  const outbox = await outboxOf(t);
  await outbox.add(tap("w1"));
  const [made, calls] = sender([new Error("offline"), 503, {}], outbox);
  await made.send();
  await calls.works[0]();
  assert.deepEqual(calls.later, [2000, 4000]);
  assert.equal(outbox.waiting.length, 1);
  await made.send();
  assert.deepEqual(calls.heard, ["offline", "retry", "sent"]);
  assert.deepEqual(outbox.waiting, []);
});

test("an answer that is none of the service's loses nothing, and is asked for again", async (t) => {
  const outbox = await outboxOf(t);
  await outbox.add(tap("n1"));
  const [made, calls] = sender([], outbox);
  made.fetch = async () => ({ status: 200, ok: true, json: async () => ({ portal: "log in to the network" }) });
  await made.send();
  assert.deepEqual([calls.heard, calls.later, outbox.waiting.length], [["retry"], [2000], 1]);
});

test("when the session has ended everything stays and nothing is tried again", async (t) => {
  const outbox = await outboxOf(t);
  await outbox.add(tap("s1"));
  const [made, calls] = sender([401], outbox);
  await made.send();
  assert.deepEqual([calls.heard, calls.later, outbox.waiting.length], [["ended"], [], 1]);
});

test("a page kept since yesterday asks for a token of today, and sends", async (t) => {
  const outbox = await outboxOf(t);
  await outbox.add(tap("t1"));
  const [made, calls] = sender([400, {}], outbox);
  await made.send();
  assert.deepEqual([made.token, calls.heard, outbox.waiting], ["new", ["sent"], []]);
  await outbox.add(tap("t2"));
  const [other, heard] = sender([400, 400], outbox);
  await other.send();
  assert.deepEqual([heard.heard, outbox.waiting.length], [["retry"], 1]);
});

test("more than a hundred go in several rounds", async (t) => {
  const outbox = await outboxOf(t);
  for (let number = 0; number < 130; number += 1) await outbox.add(tap(`e${number}`));
  const [made, calls] = sender([{}, {}], outbox);
  await made.send();
  assert.deepEqual(calls.sent.map((sent) => sent.length), [100, 30]);
});

test("a closing is read as the form means it, and asks for what is missing", () => {
  const counts = { "under-school-age": 30, "school-age": 40, adults: 2 };
  const typed = { delivered: "80", damaged: "", leftover: "5", waste: "3", food: "hot", temp_receipt: "70,5", temp_serving: "65" };
  assert.deepEqual(readClosing(typed, counts), {
    values: {
      food: "hot", weather: null, note: "", delivered: 80, damaged: 0, leftover: 5, waste: 3,
      temp_receipt: "70.5", temp_serving: "65",
    },
    wrong: {},
  });
  assert.deepEqual(readClosing({ ...typed, delivered: "", waste: "x", temp_serving: "kuuma" }, counts).wrong, {
    delivered: "number", waste: "number", temp_serving: "temperature",
  });
  for (const odd of [{ waste: "4" }, { temp_receipt: "" }, { temp_serving: "59,9" }, { food: "cold" }]) {
    assert.deepEqual(readClosing({ ...typed, ...odd }, counts).wrong, { note: "note" });
    assert.deepEqual(readClosing({ ...typed, ...odd, note: " Sade " }, counts).wrong, {});
  }
});

test("a cancelling needs its reason", () => {
  assert.deepEqual(readCancelling({}).wrong, { reason: "choose" });
  const { values, wrong } = readCancelling({ reason: "weather", food_billed: "no", note: "" });
  assert.deepEqual([values, wrong], [{ reason: "weather", note: "", food_billed: false }, {}]);
});
