// What an event on the phone is called: "koululainen +1, 2.7. 11.52", "käynti UIN-0342, 2.7. 11.52".

import { clock, dayAt, dayOf } from "../kernel/clock.js";

const MINUS = "\u2212";

export function nameOf({ kind, at, body, label }, texts) {
  const when = `${dayOf(body.day ?? dayAt(new Date(at)))} ${clock(new Date(at))}`;
  if (kind.startsWith("ticket.")) return `${[texts[kind === "ticket.use" ? "use" : "handOut"], label || body.label].filter(Boolean).join(" ")}, ${when}`;
  if (kind !== "meal.tap" && kind !== "event.tap") return `${texts[kind === "meal.close" ? "closing" : "cancelling"]}, ${when}`;
  const change = `${body.change > 0 ? "+" : MINUS}${Math.abs(body.change)}`;
  return `${groupName(body.group, texts)} ${change}, ${when}`;
}

export function groupName(group, texts) {
  return texts[`group${group.replace(/(^|-)(\w)/g, (_, dash, letter) => letter.toUpperCase())}`];
}

// One line an event, in a list of the page.
export function list(target, events, texts) {
  const lines = events.map((event) => {
    const line = document.createElement("li");
    line.textContent = nameOf(event, texts) + (event.why ? `: ${event.why}` : "");
    return line;
  });
  target.replaceChildren(...lines);
}
