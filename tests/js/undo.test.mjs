// Until when a hand-out may be taken back from a page that is left open.

import assert from "node:assert/strict";
import { test } from "node:test";

import { whenOver } from "../../static/js/tickets/undo.js";

function clockOf(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const heard = new EventTarget();
  globalThis.window = globalThis;
  globalThis.document = heard;
  return heard;
}

test("it is over once, when its time is", (t) => {
  clockOf(t);
  let over = 0;
  whenOver(600, () => (over += 1));
  t.mock.timers.tick(599_000);
  assert.equal(over, 0);
  t.mock.timers.tick(1000);
  t.mock.timers.tick(600_000);
  assert.equal(over, 1);
});

test("a phone that slept meanwhile sees at once that it is over", (t) => {
  const heard = clockOf(t);
  let over = 0;
  whenOver(600, () => (over += 1));
  t.mock.timers.setTime(601_000);
  heard.dispatchEvent(new Event("visibilitychange"));
  heard.dispatchEvent(new Event("visibilitychange"));
  assert.equal(over, 1);
});

test("the next ticket calls it off", (t) => {
  const heard = clockOf(t);
  const calledOff = whenOver(600, () => assert.fail("it was called off"));
  calledOff();
  t.mock.timers.tick(601_000);
  heard.dispatchEvent(new Event("visibilitychange"));
});
