// Writes what the counting page knows into the page.

import { clock } from "../kernel/clock.js";
import { SENT_SHOWN, plate } from "./count.js";
import { groupName, list as listEvents } from "./names.js";

export class Paint {
  constructor(root) {
    this.root = root;
    this.texts = root.querySelector("[data-texts]").dataset;
  }

  one(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  // The day that is counted; `own` is null on a day without a meal.
  day(own, next) {
    this.one("no-day").hidden = own !== null;
    for (const part of this.root.querySelectorAll("[data-counting]")) part.hidden = own === null;
    const none = next ? fill(this.texts.noDayNext, { day: next.title }) : this.texts.noDay;
    this.one("no-day-text").textContent = own ? "" : none;
    this.one("heading").textContent = own ? fill(this.texts.titled, own) : "";
    if (!own) return;
    this.one("portions-label").textContent = own.ordered ? this.texts.ordered : this.texts.expected;
    this.one("portions").textContent = own.portions;
    for (const name of ["close", "cancel", "info"]) this.one(`${name}-link`).href = own[name];
  }

  counts(shown, portions) {
    const { first, left, over, all } = plate(shown, portions);
    this.one("first").textContent = first;
    for (const element of this.root.querySelectorAll("[data-total]")) {
      element.textContent = shown[element.dataset.total] ?? 0;
    }
    const box = this.one("left-box");
    const label = box.querySelector("dt");
    box.classList.toggle("side__over", over > 0);
    label.textContent = over > 0 ? label.dataset.over : label.dataset.left;
    box.querySelector("dd").textContent = over || left;
    const small = shown["under-school-age"] ?? 0;
    this.ring("under-school-age", small, 0, all);
    this.ring("school-age", shown["school-age"] ?? 0, small, all);
  }

  ring(group, portions, before, all) {
    const circle = this.root.querySelector(`[data-ring="${group}"]`);
    circle.setAttribute("pathLength", all);
    circle.setAttribute("stroke-dasharray", `${Math.max(0, portions)} ${all}`);
    circle.setAttribute("stroke-dashoffset", -before);
  }

  // What this phone has counted, and what the service has.
  two(phone, server) {
    this.one("phone").textContent = phone;
    this.one("server").textContent = server;
  }

  undo(undoable) {
    const button = this.one("undo");
    button.disabled = !undoable;
    button.value = undoable ? `${undoable.group}${undoable.change}:${undoable.undoes}` : "";
    const words = undoable && { group: groupName(undoable.group, this.texts), change: -undoable.change, at: undoable.at };
    this.one("undo-text").textContent = words ? fill(this.texts.undo, words) : this.texts.nothing;
  }

  // What the service refused stays in sight, with why, until somebody sends it again or takes it off.
  refused(events) {
    const list = this.one("refused-list");
    list.hidden = events.length === 0;
    listEvents(list.querySelector("ul"), events, this.texts);
  }

  // That the day has ended, or will have once what waits is sent.
  ending(how) {
    this.one("ending").hidden = !how;
    const words = { "meal.close": "closeWaits", "meal.cancel": "cancelWaits", closed: "closed", cancelled: "cancelled" };
    this.one("ending-text").textContent = how ? this.texts[words[how]] : "";
  }

  line({ kind, title, more }) {
    const line = this.one("sync-line");
    line.hidden = !title;
    line.classList.toggle("sync--ok", kind === "ok");
    line.classList.toggle("sync--bad", kind === "bad");
    this.one("send-now").hidden = kind === "ok" || more?.[0] === "ended" || !more;
    this.one("sign-in").hidden = more?.[0] !== "ended";
    const strong = document.createElement("strong");
    strong.textContent = title ? this.sentence(title) : "";
    line.querySelector("span").replaceChildren(strong, more ? this.sentence(more) : "");
    window.clearTimeout(this.timer);
    if (kind === "ok") this.timer = window.setTimeout(() => (line.hidden = true), SENT_SHOWN);
  }

  sentence([key, values]) {
    return fill(this.texts[key], { ...values, at: values.at ? clock(new Date(values.at)) : "" });
  }
}

export function countsOnPage(root) {
  const totals = root.querySelectorAll("[data-total]");
  return Object.fromEntries([...totals].map((element) => [element.dataset.total, Number(element.textContent)]));
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
