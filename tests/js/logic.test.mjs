// The counting page's logic apart from the page: what is shown, what waits, and what is sent.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Queue } from "../../static/js/kernel/queue.js";
import { Sender } from "../../static/js/kernel/send.js";
import { makeTap, plate, readButton, waitingFor, withWaiting } from "../../static/js/meals/count.js";

const storage = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};
const tap = (id, change = 1, park = "p", day = "2024-07-01") =>
  makeTap({ id, at: "2024-07-01T09:00:00Z", park, day, group: "school-age", change, undoes: null });

test("a button says what it counts", () => {
  assert.deepEqual(readButton("under-school-age+5"), { group: "under-school-age", change: 5, undoes: null });
  const id = "0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11";
  assert.deepEqual(readButton(`adults-1:${id}`), { group: "adults", change: -1, undoes: id });
  for (const wrong of ["", "adults", "adults+x", "+1", "adults+1:x"]) assert.equal(readButton(wrong), null);
});

test("what is shown is what the service has and what waits", () => {
  const events = [tap("a"), tap("b", 5), tap("c", 1, "other"), tap("d", 1, "p", "2024-07-02")];
  const waiting = waitingFor(events, "p", "2024-07-01");
  assert.deepEqual(waiting.map((event) => event.id), ["a", "b"]);
  assert.deepEqual(withWaiting({ "school-age": 3, adults: 1 }, waiting), { "school-age": 9, adults: 1 });
});

test("the plate says what is left, and what is over", () => {
  assert.deepEqual(plate({ "school-age": 70, "second-helpings": 5 }, 80), { first: 70, left: 5, over: 0, all: 80 });
  assert.deepEqual(plate({ "school-age": 90, adults: 2 }, 80), { first: 90, left: -12, over: 12, all: 90 });
});

test("waiting events belong to who made them and survive another tab", () => {
  const shared = storage();
  const mine = new Queue(shared, "me");
  mine.add(tap("a"));
  new Queue(shared, "me").add(tap("b"));
  assert.deepEqual(new Queue(shared, "you").all(), []);
  mine.remove(["a"]);
  assert.deepEqual(mine.all().map((event) => event.id), ["b"]);
});

function sender(answers, queue) {
  const calls = { heard: [], later: [], sent: [] };
  const made = new Sender({
    queue,
    url: "/sync",
    token: "t",
    user: "me",
    locks: null,
    later: (work, wait) => calls.later.push(wait),
    heard: (answer) => calls.heard.push(answer.state),
    fetch: async (_url, options) => {
      const events = JSON.parse(options.body).events;
      calls.sent.push(events.map((event) => event.id));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (typeof answer === "number") return { status: answer, ok: false };
      const results = events.map((event) => ({ id: event.id, result: answer?.[event.id] ?? "stored", text: `no: ${event.id}` }));
      return { status: 200, ok: true, json: async () => ({ user: "me", results, counts: {} }) };
    },
  });
  return [made, calls];
}

test("what is refused stays in a list with why, to be sent again or taken off", async () => {
  const queue = new Queue(storage(), "me");
  for (const id of ["a", "b"]) queue.add(tap(id));
  const [made, calls] = sender([{ a: "refused" }, {}], queue);
  await made.send();
  assert.deepEqual(queue.all(), []);
  assert.deepEqual(queue.refused().map(({ id, why }) => [id, why]), [["a", "no: a"]]);
  assert.deepEqual(new Queue(queue.storage, "you").refused(), []);
  queue.tryAgain();
  assert.deepEqual(queue.all(), [tap("a")]);
  assert.deepEqual(queue.refused(), []);
  await made.send();
  assert.deepEqual(calls.sent, [["a", "b"], ["a"]]);
  queue.add(tap("c"));
  queue.refuse(new Map([["c", "no"]]));
  queue.forget(["c"]);
  assert.deepEqual([queue.all(), queue.refused()], [[], []]);
});

test("only what is stored or refused leaves the queue", async () => {
  const queue = new Queue(storage(), "me");
  for (const id of ["a", "b", "c"]) queue.add(tap(id));
  const [made, calls] = sender([{ b: "refused", c: "unknown" }], queue);
  await made.send();
  assert.deepEqual(queue.all().map((event) => event.id), ["c"]);
  assert.deepEqual(calls.sent, [["a", "b", "c"]]);
});

test("without a network it waits longer each time and loses nothing", async () => {
  const queue = new Queue(storage(), "me");
  queue.add(tap("a"));
  const [made, calls] = sender([new Error("offline"), 503, {}], queue);
  await made.send();
  await made.send();
  assert.deepEqual(calls.later, [2000, 4000]);
  assert.equal(queue.all().length, 1);
  await made.send();
  assert.deepEqual(calls.heard, ["offline", "retry", "sent"]);
  assert.deepEqual(queue.all(), []);
});

test("when the session has ended everything stays and nothing is tried again", async () => {
  const queue = new Queue(storage(), "me");
  queue.add(tap("a"));
  const [made, calls] = sender([401], queue);
  await made.send();
  assert.deepEqual([calls.heard, calls.later, queue.all().length], [["ended"], [], 1]);
});

test("more than a hundred go in several rounds", async () => {
  const queue = new Queue(storage(), "me");
  for (let number = 0; number < 130; number += 1) queue.add(tap(`e${number}`));
  const [made, calls] = sender([{}, {}], queue);
  await made.send();
  assert.deepEqual(calls.sent.map((ids) => ids.length), [100, 30]);
});
