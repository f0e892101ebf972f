// The counting page of an event: every press is kept on the phone first, shown then, and sent as soon as it can be.

import { Clock, clock } from "../kernel/clock.js";
import { keep, sendLater } from "../kernel/offline.js";
import { Outbox, age } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { makeId } from "../kernel/uuid.js";
import { lineOf, readButton, withWaiting } from "../meals/count.js";
import { Paint, countsOnPage } from "../meals/paint.js";

const KEPT = "pilot-ops.event.";
const LOOK_EVERY = 5000;

export default async function attach(root) {
  const page = new Page(root);
  const form = root.querySelector("[data-taps]");
  const ready = page.open();
  const press = (event) => {
    event.preventDefault();
    if (event.submitter?.value) ready.then(() => page.press(event.submitter.value));
  };
  form.addEventListener("submit", press);
  try {
    await ready;
  } catch (problem) {
    form.removeEventListener("submit", press);
    throw problem;
  }
}

class Page {
  constructor(root) {
    this.root = root;
    this.event = root.dataset.event;
    this.clock = new Clock(window.localStorage);
    this.clock.atLeast(root.dataset.now);
    this.paint = new Paint(root);
    this.stored = `${KEPT}${this.event}`;
    this.counts = countsOnPage(root);
    this.undoable = undoOnPage(root);
    Object.assign(this, { state: "sent", since: this.clock.now().getTime(), sentAt: 0, refusal: "", seen: null, told: 0 });
  }

  async open() {
    this.outbox = await Outbox.open(this.root.dataset.user, () => this.elsewhere());
    this.sender = new Sender({
      outbox: this.outbox,
      url: this.root.dataset.sync,
      token: this.root.querySelector("[name=csrf_token]").value,
      fetch: window.fetch.bind(window),
      locks: navigator.locks,
      later: (work, wait) => window.setTimeout(work, wait),
      heard: (answer) => this.heard(answer),
    });
    this.recall();
    this.undoable = this.lastWaiting() ?? this.undoable;
    for (const name of ["online", "focus"]) window.addEventListener(name, () => (this.look(), this.sender.send()));
    this.paint.one("send-now").addEventListener("click", () => this.sender.send());
    window.setInterval(() => document.hidden || this.look(), LOOK_EVERY);
    this.show();
    keep([this.root.dataset.phonePage]);
    this.look();
    this.sender.send();
  }

  // A kept page may be older than what the service has told since.
  recall() {
    const known = JSON.parse(window.localStorage.getItem(this.stored) ?? "null");
    if (known && known.at > Date.parse(this.root.dataset.now)) Object.assign(this, { counts: known.counts, undoable: null });
  }

  tell(counts, moment) {
    this.clock.set(moment);
    this.counts = counts;
    try {
      window.localStorage.setItem(this.stored, JSON.stringify({ counts, at: Date.parse(moment) }));
    } catch {
      // Full: then the page shows what it was made with.
    }
  }

  get mine() {
    return this.waiting(this.outbox.waiting);
  }

  waiting(events) {
    return events.filter((event) => event.kind === "event.tap" && event.body.event === this.event);
  }

  lastWaiting() {
    const undone = new Set(this.mine.map((event) => event.body.undoes));
    const last = this.mine.filter((event) => !event.body.undoes && !undone.has(event.id)).at(-1);
    return last && undoOf(last);
  }

  elsewhere() {
    this.show();
    if (!document.hidden) this.look();
  }

  async press(value) {
    const tap = readButton(value);
    if (!tap) return;
    const { group, change, undoes } = tap;
    const body = { event: this.event, group, change, ...(undoes && { undoes }) };
    const event = { id: makeId(), kind: "event.tap", at: this.clock.now().toISOString(), body };
    this.refusal = "";
    try {
      await this.outbox.add(event);
    } catch {
      return this.unkept(event);
    }
    this.undoable = undoes ? null : undoOf(event);
    navigator.vibrate?.(15);
    this.show();
    this.sender.send();
  }

  // The phone is full: a tap that the service takes at once counts all the same; else it does not, and that is said.
  async unkept(event) {
    const answer = await this.sender.ask([event]).catch(() => "offline");
    const result = typeof answer === "string" ? null : answer.results[0];
    if (result?.result === "stored") return this.heard({ state: "sent", answer, events: [event] });
    this.refusal = result?.text ?? this.paint.texts.full;
    this.show();
  }

  heard({ state, answer, events }) {
    const now = this.clock.now().getTime();
    if (state !== this.state) this.since = now;
    if (state === "offline" || state === "retry") sendLater();
    if (events.length) this.sentAt = now;
    this.state = state;
    if (answer) this.take(answer, events);
    this.show();
  }

  take(answer, events) {
    if (events.length) this.told += 1;
    this.tell({ ...this.counts, ...answer.counts[`event/${this.event}`] }, answer.now);
    const refused = answer.results.filter((result) => result.result === "refused");
    if (refused.length) this.refusal = refused.at(-1).text;
    if (refused.some((result) => result.id === this.undoable?.undoes)) this.undoable = null;
  }

  show() {
    const shown = withWaiting(this.counts, this.mine);
    for (const element of this.root.querySelectorAll("[data-total]")) element.textContent = shown[element.dataset.total] ?? 0;
    this.paint.undo(this.undoable);
    this.paint.refused(this.waiting(this.outbox.refused));
    const now = this.clock.now().getTime();
    const { state, since, refusal, sentAt } = this;
    const oldest = age(this.outbox.waiting, now);
    this.paint.line(lineOf({ waiting: this.outbox.waiting.length, refusal, state, since, oldest, now, sentAt }));
  }

  // What the other phones have counted, and whether the event has been closed.
  async look() {
    const { told } = this;
    const headers = this.seen ? { "If-None-Match": this.seen } : {};
    const response = await window.fetch(this.root.dataset.counts, { headers }).catch(() => null);
    const now = response?.headers.get("Pilot-Ops-Now");
    if (!response?.ok || !now || told !== this.told) return;
    // What waits may be in this count or not: its reply may have been lost. There is a network, so have it sent first.
    if (this.sender.left.length > 0) return this.sender.send();
    this.seen = response.headers.get("ETag");
    const { counts, ended } = await response.json();
    this.tell(counts, now);
    this.show();
    if (ended && this.outbox.waiting.length === 0) window.location.reload();
  }
}

const undoOf = ({ id, at, body }) => ({ group: body.group, change: -body.change, undoes: id, at: clock(new Date(at)) });

function undoOnPage(root) {
  const button = root.querySelector("[data-undo]");
  const tap = readButton(button.value);
  return tap && { ...tap, at: button.dataset.at };
}
