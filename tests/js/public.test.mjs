// What the scripts of families' pages work out, apart from any page.

import assert from "node:assert/strict";
import test from "node:test";

import { isOld } from "../../static/js/public/age.js";
import { distance, metres, sorted } from "../../static/js/public/nearest.js";

const suvela = { lat: 60.2003, lon: 24.6645 };
const tapiola = { lat: 60.1845, lon: 24.8015 };

test("metres between two parks, by the map", () => {
  // 0.137 degrees of longitude are 7 573 m on this latitude, 0.0158 of latitude 1 757 m: together 7 774 m.
  assert.ok(Math.abs(metres(suvela, tapiola) - 7774) < 20, String(metres(suvela, tapiola)));
  assert.equal(metres(suvela, suvela), 0);
});

test("distances are written as the language does", () => {
  assert.equal(distance(12, "fi"), "50\u00a0m");
  assert.equal(distance(849, "fi"), "850\u00a0m");
  assert.equal(distance(1234, "fi"), "1,2\u00a0km");
  assert.equal(distance(1234, "en"), "1.2\u00a0km");
  assert.equal(distance(13600, "sv"), "14\u00a0km");
  assert.equal(distance(13600, "ar"), "14\u00a0km");
});

test("the nearest is first, and those nobody has placed are last and in order", () => {
  const items = [{ name: "a" }, { name: "far", ...tapiola }, { name: "near", ...suvela }, { name: "b" }];
  const here = { lat: 60.2, lon: 24.66 };
  const placeOf = (item) => (item.lat === undefined ? null : item);
  assert.deepEqual(sorted(items, here, placeOf).map((item) => item.name), ["near", "far", "a", "b"]);
});

test("a page is old after three hours", () => {
  const made = Date.parse("2024-06-19T06:05:00+00:00");
  assert.equal(isOld(made, made + 3 * 3600e3), false);
  assert.equal(isOld(made, made + 3 * 3600e3 + 1), true);
});
