// What a closing or a cancelling says, read from its form on the phone. Pure.

import { EATEN, sum } from "./count.js";

const PORTIONS = ["delivered", "damaged", "leftover", "waste"];
const TEMPERATURES = ["temp_receipt", "temp_serving"];
const HOT_AT_LEAST = 60;
const COLD_AT_MOST = 6;

// {values, wrong}: `wrong` says by field what is to be put right, as keys of sentences. `counts` are those of the day.
export function readClosing(fields, counts) {
  const wrong = {};
  const values = { food: fields.food || "hot", weather: fields.weather || null, note: (fields.note ?? "").trim() };
  for (const name of PORTIONS) values[name] = portions(fields[name], name === "delivered", (why) => (wrong[name] = why));
  for (const name of TEMPERATURES) values[name] = degrees(fields[name], (why) => (wrong[name] = why));
  if (Object.keys(wrong).length === 0 && !values.note && isOdd(values, counts)) wrong.note = "note";
  return { values, wrong };
}

export function readCancelling(fields) {
  const values = { reason: fields.reason ?? "", note: (fields.note ?? "").trim(), food_billed: fields.food_billed !== "no" };
  return { values, wrong: values.reason ? {} : { reason: "choose" } };
}

function portions(text, needed, complain) {
  const typed = (text ?? "").trim();
  if (typed === "" && !needed) return 0;
  if (/^\d{1,4}$/.test(typed)) return Number(typed);
  complain("number");
  return null;
}

function degrees(text, complain) {
  const typed = (text ?? "").trim().replace(",", ".").replace("\u2212", "-");
  if (typed === "") return null;
  if (/^-?\d{1,3}(\.\d)?$/.test(typed)) return typed;
  complain("temperature");
  return null;
}

// Whether the service will ask for a note: portions that do not add up, a temperature missing or out of bounds.
function isOdd(values, counts) {
  const out = sum(counts, EATEN) + values.damaged + values.leftover + values.waste;
  const odd = (text) => text === null || (values.food === "hot" ? Number(text) < HOT_AT_LEAST : Number(text) > COLD_AT_MOST);
  return out !== values.delivered || TEMPERATURES.some((name) => odd(values[name]));
}
