// What every page that counts by presses does: a press is kept on the phone first, shown then, and sent as soon as it
// can be. A page of its own says what its taps are (`mine`, `made`), what the service told (`told`) and what else it shows.

import { Clock, clock } from "../kernel/clock.js";
import { sendLater } from "../kernel/offline.js";
import { Outbox, age } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { makeId } from "../kernel/uuid.js";
import { lineOf, readButton } from "./count.js";
import { Paint, countsOnPage } from "./paint.js";

const LOOK_EVERY = 5000;

// From now on a press is kept here, and if need be waits a moment for the phone's database; else it is posted.
export async function attachTally(root, page) {
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

export class Tally {
  constructor(root) {
    this.root = root;
    this.clock = new Clock(window.localStorage);
    this.clock.atLeast(root.dataset.now);
    this.paint = new Paint(root);
    this.counts = countsOnPage(root);
    this.undoable = undoOnPage(root);
    this.state = "sent";
    this.since = this.clock.now().getTime();
    this.sentAt = 0;
    this.refusal = "";
    this.seen = null;
    this.answers = 0;
  }

  async openOutbox() {
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
  }

  listen() {
    const send = () => this.sender.send();
    const back = () => document.hidden || (this.look(), send());
    this.paint.one("send-now").addEventListener("click", send);
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    window.setInterval(() => document.hidden || this.look(), LOOK_EVERY);
  }

  // Another tab has added or sent something, or the worker has: what is sent is in the service's count, so ask for it.
  elsewhere() {
    this.show();
    if (!document.hidden) this.look();
  }

  // The tap that was made last on this phone and is not sent yet, to be undone.
  lastWaiting() {
    const taps = this.mine(this.outbox.waiting);
    const undone = new Set(taps.map((event) => event.body.undoes));
    const last = taps.filter((event) => !event.body.undoes && !undone.has(event.id)).at(-1);
    return last && undoOf(last);
  }

  async press(value) {
    const tap = readButton(value);
    if (!tap) return;
    const event = this.made(tap, { id: makeId(), at: this.clock.now().toISOString() });
    this.refusal = "";
    try {
      await this.outbox.add(event);
    } catch {
      return this.unkept(event);
    }
    this.undoable = tap.undoes ? null : undoOf(event);
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
    if (events.length) this.answers += 1;
    this.told(answer, events);
    const refused = answer.results.filter((result) => result.result === "refused");
    if (refused.length) this.refusal = refused.at(-1).text;
    if (refused.some((result) => result.id === this.undoable?.undoes)) this.undoable = null;
  }

  showLine() {
    const now = this.clock.now().getTime();
    const { state, since, refusal, sentAt } = this;
    const oldest = age(this.outbox.waiting, now);
    this.paint.line(lineOf({ waiting: this.outbox.waiting.length, refusal, state, since, oldest, now, sentAt }));
  }
}

const undoOf = ({ id, at, body }) => ({ group: body.group, change: -body.change, undoes: id, at: clock(new Date(at)) });

function undoOnPage(root) {
  const button = root.querySelector("[data-undo]");
  const tap = readButton(button.value);
  return tap && { ...tap, at: button.dataset.at };
}
