// The counting page: every press is kept on the phone first, shown at once, and sent as soon as it can be.

import { Queue } from "../kernel/queue.js";
import { Sender } from "../kernel/send.js";
import { FIRST, makeTap, plate, readButton, sum, waitingFor, withWaiting } from "./count.js";

const LOOK_EVERY = 8000;
const SENT_SHOWN = 4000;

export default function attach(root) {
  const { park, day, user } = root.dataset;
  const texts = root.querySelector("[data-texts]").dataset;
  const portions = Number(root.dataset.portions);
  const form = root.querySelector("[data-taps]");
  const undo = root.querySelector("[data-undo]");
  const phone = root.querySelector("[data-phone]");
  const list = root.querySelector("[data-refused-list]");
  const queue = new Queue(window.localStorage, user);
  let counts = countsOnPage(root);
  let phoneSent = Number(phone.dataset.server);
  let undoable = undoOnPage(undo);
  let state = "sent";
  let refusal = "";
  let sentTimer = 0;

  const sender = new Sender({
    queue,
    url: root.dataset.sync,
    token: form.elements.csrf_token.value,
    user,
    fetch: window.fetch.bind(window),
    locks: navigator.locks,
    later: (work, wait) => window.setTimeout(work, wait),
    heard,
  });

  function heard(answer) {
    state = answer.state;
    const key = `${park}/${day}`;
    if (answer.counts[key]) counts = { ...counts, ...answer.counts[key] };
    const refused = new Set(answer.refused.map((result) => result.id));
    const mine = waitingFor(answer.events, park, day).filter((event) => !refused.has(event.id));
    phoneSent += mine.filter((event) => FIRST.includes(event.body.group)).reduce((n, event) => n + event.body.change, 0);
    if (answer.refused.length) refusal = answer.refused.at(-1).text ?? answer.refused.at(-1).reason;
    if (undoable && refused.has(undoable.undoes)) undoable = null;
    paint();
  }

  function press(value) {
    const tap = readButton(value);
    if (!tap) return;
    const event = makeTap({ id: crypto.randomUUID(), at: new Date().toISOString(), park, day, ...tap });
    queue.add(event);
    undoable = tap.undoes ? null : { group: tap.group, change: -tap.change, undoes: event.id, at: clock(new Date()) };
    refusal = "";
    navigator.vibrate?.(15);
    paint();
    sender.send();
  }

  function paint() {
    const waiting = waitingFor(queue.all(), park, day);
    const shown = withWaiting(counts, waiting);
    paintCounts(root, shown, portions);
    phone.textContent = phoneSent + sum(withWaiting({}, waiting), FIRST);
    paintUndo();
    paintLine(waiting.length);
    paintRefused();
  }

  // What the service refused stays in sight, with why, until somebody sends it again or takes it off.
  function paintRefused() {
    const refused = queue.refused();
    list.hidden = refused.length === 0;
    const lines = refused.map(({ at, body, why }) => {
      const line = document.createElement("li");
      const change = `${body.change > 0 ? "+" : "\u2212"}${Math.abs(body.change)}`;
      line.textContent = `${groupName(body.group)} ${change}, ${dayOf(body.day)} ${clock(new Date(at))}: ${why}`;
      return line;
    });
    list.querySelector("ul").replaceChildren(...lines);
  }

  function paintUndo() {
    undo.disabled = !undoable;
    undo.value = undoable ? `${undoable.group}${undoable.change}:${undoable.undoes}` : "";
    const words = undoable && { group: groupName(undoable.group), change: -undoable.change, at: undoable.at };
    undo.querySelector("[data-undo-text]").textContent = words ? fill(texts.undo, words) : texts.nothing;
  }

  const groupName = (group) => texts[`group${group.replace(/(^|-)(\w)/g, (_, dash, letter) => letter.toUpperCase())}`];

  function paintLine(n) {
    const line = root.querySelector("[data-sync-line]");
    const [kind, title, more] = words(n);
    line.hidden = !title;
    line.classList.toggle("sync--ok", kind === "ok");
    line.classList.toggle("sync--bad", kind === "bad");
    const strong = document.createElement("strong");
    strong.textContent = title;
    line.querySelector("span").replaceChildren(strong, more);
    window.clearTimeout(sentTimer);
    if (kind === "ok") sentTimer = window.setTimeout(() => (line.hidden = true), SENT_SHOWN);
  }

  function words(n) {
    if (refusal) return ["bad", fill(texts.refused, { why: refusal }), ""];
    if (n === 0) return ["ok", anySent ? fill(texts.sent, { at: clock(new Date()) }) : "", ""];
    const title = n === 1 ? texts.waitingOne : fill(texts.waiting, { n });
    const why = { offline: texts.offline, retry: texts.retry, ended: texts.ended, sent: texts.sending }[state];
    return [state === "ended" ? "bad" : "warn", title, why];
  }

  let anySent = queue.all().length > 0;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    anySent = true;
    if (event.submitter) press(event.submitter.value);
  });
  list.querySelector("[data-again]").addEventListener("click", () => {
    queue.tryAgain();
    refusal = "";
    paint();
    sender.send();
  });
  list.querySelector("[data-forget]").addEventListener("click", () => {
    queue.forget(queue.refused().map((event) => event.id));
    refusal = "";
    paint();
  });
  window.addEventListener("online", () => sender.send());
  window.addEventListener("storage", paint);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  window.setInterval(() => document.hidden || look(), LOOK_EVERY);

  async function look() {
    let answer;
    try {
      const response = await window.fetch(root.dataset.counts);
      if (!response.ok) return;
      answer = await response.json();
    } catch {
      return;
    }
    // A page left open over night would count for the day before; the service knows the day, a phone may not.
    if (answer.today !== day || answer.status === "closed" || answer.status === "cancelled") {
      if (queue.all().length === 0) window.location.reload();
      return;
    }
    counts = answer.counts;
    paint();
  }

  paint();
  sender.send();
}

function countsOnPage(root) {
  const totals = root.querySelectorAll("[data-total]");
  return Object.fromEntries([...totals].map((element) => [element.dataset.total, Number(element.textContent)]));
}

function undoOnPage(button) {
  const tap = readButton(button.value);
  return tap && { ...tap, at: button.dataset.at };
}

function paintCounts(root, shown, portions) {
  const { first, left, over, all } = plate(shown, portions);
  root.querySelector("[data-first]").textContent = first;
  for (const element of root.querySelectorAll("[data-total]")) element.textContent = shown[element.dataset.total] ?? 0;
  const box = root.querySelector("[data-left-box]");
  const label = box.querySelector("dt");
  box.classList.toggle("side__over", over > 0);
  label.textContent = over > 0 ? label.dataset.over : label.dataset.left;
  box.querySelector("dd").textContent = over || left;
  const small = shown["under-school-age"] ?? 0;
  ring(root, "under-school-age", small, 0, all);
  ring(root, "school-age", shown["school-age"] ?? 0, small, all);
}

function ring(root, group, portions, before, all) {
  const circle = root.querySelector(`[data-ring="${group}"]`);
  circle.setAttribute("pathLength", all);
  circle.setAttribute("stroke-dasharray", `${Math.max(0, portions)} ${all}`);
  circle.setAttribute("stroke-dashoffset", -before);
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const dayOf = (text) => `${Number(text.slice(8))}.${Number(text.slice(5, 7))}.`;
const clock = (moment) => `${moment.getHours()}.${String(moment.getMinutes()).padStart(2, "0")}`;
