// Which codes in view of a camera are new.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Seen } from "../../static/js/tickets/seen.js";

test("a ticket that stays in view is scanned once", () => {
  const seen = new Seen();
  assert.equal(seen.fresh("A", 0), true);
  for (let now = 150; now < 20_000; now += 150) assert.equal(seen.fresh("A", now), false);
});

test("a ticket that has left and come back is another scan", () => {
  const seen = new Seen();
  seen.fresh("A", 0);
  assert.equal(seen.fresh("A", 1499), false);
  assert.equal(seen.fresh("A", 2998), false);
  assert.equal(seen.fresh("A", 4498), true);
});

test("another ticket is another scan at once, and two that lie side by side are each scanned once", () => {
  const seen = new Seen();
  assert.deepEqual(["A", "B", "B", "A", "B", "A"].map((text, place) => seen.fresh(text, place * 150)), [true, true, false, false, false, false]);
});

test("a ticket that came while another was being answered is not lost", () => {
  const seen = new Seen();
  seen.fresh("A", 0);
  seen.forget("A");
  assert.deepEqual([seen.fresh("A", 150), seen.fresh("A", 300)], [true, false]);
});
