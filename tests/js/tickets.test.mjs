// What a phone says of a ticket by itself, and what it keeps to be sent.
import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../static/js/kernel/outbox.js";
import { Sender } from "../../static/js/kernel/send.js";
import { digestOf, findCode } from "../../static/js/tickets/code.js";
import { find, judge, makeScan, withNews } from "../../static/js/tickets/local.js";

const NOW = Date.parse("2026-07-01T09:00:00Z");
const MINUTE = 60_000;
const digest = (letter) => letter.repeat(64);
const row = (letter, type, number, left, ago) => {
  const cells = [digest(letter).slice(0, 20), type, number, left];
  return ago === undefined ? cells : [...cells, (NOW - ago) / 1000];
};
const types = [
  { name: "Uintiranneke", prefix: "UIN", uses: 10, from: null, until: "2026-08-31" },
  { name: "Elokuvalippu", prefix: "KINO", uses: 1, from: "2026-07-02", until: null },
  { name: "Kevätlippu", prefix: "KEV", uses: 1, from: null, until: "2026-06-30" },
];
const codes = [row("a", 0, 7, 3), row("b", 0, 8, 0, 60 * MINUTE), row("c", 0, 9, 2, MINUTE), row("d", 1, 1, 1), row("e", 2, 1, 1)];
const venue = { kind: "venue", types, codes };
const point = { kind: "point", types, codes: [row("a", 0, 7, 10), row("e", 2, 1, 1)] };
let number = 0;
const scan = (letter, ago = 10 * MINUTE, kind = "venue", place = "hall") =>
  makeScan({ id: `id ${(number += 1)}`, at: new Date(NOW - ago).toISOString(), kind, place, digest: digest(letter) });
const ask = (letter, facts = {}) =>
  judge({ kind: "venue", list: venue, told: NOW, waiting: [], place: "hall", digest: digest(letter), now: NOW, today: "2026-07-01", ...facts });

test("a code is found as the service finds it, and its digest is the service's", async () => {
  const code = "23456789ABCDEFGHJ";
  for (const text of [code, " 2345-6789 abcd efghj ", `https://x-y.fi/T/${code}`, `HTTPS://X.FI/T/${code}?a=/b`]) {
    assert.equal(findCode(text), code);
  }
  for (const text of ["", code.slice(1), `${code}2`, "0".repeat(17), "UIN-0342", "https://x.fi/T/"]) assert.equal(findCode(text), "");
  assert.equal(await digestOf("ABC"), "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78");
});

test("a ticket that is in the list is answered as the service would", () => {
  assert.deepEqual(ask("a"), {
    answer: "ok", label: "UIN-0007", name: "Uintiranneke", left: 2, uses: 10, at: NOW, listed: NOW, old: false,
  });
  assert.equal(find(venue, digest("a")).label, "UIN-0007");
});

test("a used ticket does not verify, and says when it was used", () => {
  const { answer, left, at } = ask("b");
  assert.deepEqual({ answer, left, at }, { answer: "used-up", left: 0, at: NOW - 60 * MINUTE });
});

test("what waits on this phone is taken off", () => {
  const waiting = [scan("a", 30 * MINUTE), scan("a", 20 * MINUTE), scan("b"), scan("a", 5 * MINUTE, "venue", "elsewhere")];
  assert.equal(ask("a", { waiting }).left, 0);
  const { answer, at } = ask("a", { waiting: [...waiting, scan("a", 10 * MINUTE)] });
  assert.deepEqual({ answer, at }, { answer: "used-up", at: NOW - 10 * MINUTE });
});

test("the same again within two minutes is asked about, by the list and by what waits", () => {
  assert.equal(ask("c").answer, "just-now");
  assert.equal(ask("c", { now: NOW + 1.5 * MINUTE }).answer, "ok");
  assert.equal(ask("a", { waiting: [scan("a", MINUTE)] }).answer, "just-now");
  assert.equal(ask("z", { waiting: [scan("z", MINUTE)] }).answer, "just-now");
  assert.equal(ask("z", { waiting: [scan("z", 5 * MINUTE)] }).answer, "unknown");
});

test("validity is by the day", () => {
  assert.equal(ask("e").answer, "expired");
  assert.equal(ask("d").answer, "not-yet-valid");
  assert.equal(ask("d", { today: "2026-07-02" }).answer, "ok");
  assert.equal(ask("a", { today: "2026-08-31" }).answer, "ok");
});

test("what is not in the list is never called wrong, and an old list says so", () => {
  assert.equal(ask("z").answer, "unknown");
  assert.deepEqual(ask("a", { list: null, told: 0 }), { answer: "unknown", at: 0, listed: 0, old: true });
  const old = ask("a", { told: NOW - 25 * 60 * MINUTE });
  assert.deepEqual([old.answer, old.old, old.listed], ["ok", true, NOW - 25 * 60 * MINUTE]);
});

test("a point hands out what is there, once", () => {
  const here = { kind: "point", list: point, place: "desk" };
  assert.equal(ask("a", here).answer, "ok");
  assert.equal(ask("e", here).answer, "expired");
  assert.equal(ask("b", here).answer, "unknown");
  assert.equal(ask("a", { ...here, waiting: [scan("a", MINUTE, "point", "desk")] }).answer, "already-handed-out");
  const after = withNews(point, { digest: digest("a"), left: 10, at: NOW, handedOut: true });
  assert.deepEqual([ask("a", { ...here, list: after }).answer, ask("a", { ...here, list: after }).at], ["already-handed-out", NOW]);
});

test("what the service says of a ticket is in the list from then on", () => {
  const after = withNews(venue, { digest: digest("a"), left: 0, at: NOW - 3 * MINUTE });
  assert.deepEqual([ask("a", { list: after }).answer, ask("a", { list: after }).at], ["used-up", NOW - 3 * MINUTE]);
  assert.equal(ask("a").answer, "ok");
});

test("a conflict stays on the phone until somebody has seen it, and is not sent again", async (t) => {
  const outbox = await Outbox.open("till");
  t.after(() => outbox.close());
  const [fine, over] = [scan("a"), scan("b")];
  await outbox.add(fine);
  await outbox.add(over);
  let asked = 0;
  const results = [
    { id: fine.id, result: "stored", conflict: false, label: "UIN-0007", left: 2 },
    { id: over.id, result: "stored", conflict: true, label: "UIN-0008", left: 0, text: "Lippu on käytetty loppuun" },
  ];
  const fetch = async () => {
    asked += 1;
    return Response.json({ user: "till", results, counts: {}, now: "2026-07-01T09:00:00Z" });
  };
  const sender = new Sender({ outbox, url: "/sync", token: "t", fetch, locks: null });
  await sender.send();
  await sender.send();
  assert.equal(asked, 1);
  assert.deepEqual([outbox.waiting, outbox.refused], [[], []]);
  assert.deepEqual(outbox.conflicts.map(({ why, label }) => [label, why]), [["UIN-0008", "Lippu on käytetty loppuun"]]);
  await outbox.remove([over.id]);
  assert.deepEqual(outbox.conflicts, []);
});
