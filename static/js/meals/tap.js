// The counting page: every press is kept on the phone first, shown then, and sent as soon as it can be.

import { Clock, clock } from "../kernel/clock.js";
import { isToBeInstalled, keep, sendLater } from "../kernel/offline.js";
import { Outbox, age } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { makeId } from "../kernel/uuid.js";
import { FIRST, endingFor, findDay, lineOf, makeTap, readButton, sum, waitingFor, withWaiting } from "./count.js";
import { recall, remember, tidy } from "./known.js";
import { Paint, countsOnPage } from "./paint.js";

const LOOK_EVERY = 5000;
// Closing and cancelling are kept for today and the next meal days; the counting page itself carries fourteen.
const DAYS_KEPT = 3;

export default async function attach(root) {
  const page = new Page(root);
  // From now on a press is kept here, and if need be waits a moment for the phone's database; else it is posted.
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
    this.park = root.dataset.park;
    this.days = JSON.parse(root.dataset.days);
    this.clock = new Clock(window.localStorage);
    this.clock.atLeast(root.dataset.now);
    this.paint = new Paint(root);
    this.day = root.dataset.day;
    this.counts = countsOnPage(root);
    this.ended = "";
    this.phoneSent = Number(root.dataset.phoneSent);
    this.undoable = undoOnPage(root);
    this.state = "sent";
    this.since = this.clock.now().getTime();
    this.sentAt = 0;
    this.refusal = "";
    this.seen = null;
    this.told = 0;
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
    // A kept page is older than what the service has told since, and so is the tap it would undo.
    if (recall(window.localStorage, this.park, this.day).at > Date.parse(this.root.dataset.now)) {
      this.recall();
      this.undoable = null;
    }
    this.paint.one("install").hidden = !isToBeInstalled();
    this.turnTo(this.clock.day());
    this.undoable = this.lastWaiting() ?? this.undoable;
    tidy(window.localStorage, this.day);
    this.listen();
    this.show();
    keep([this.root.dataset.phonePage, ...this.days.slice(0, DAYS_KEPT).flatMap((day) => [day.close, day.cancel])]);
    this.look();
    this.sender.send();
  }

  listen() {
    const send = () => this.sender.send();
    const back = () => document.hidden || (this.look(), send());
    const on = (name, work) => this.root.querySelector(`[data-${name}]`).addEventListener("click", work);
    on("again", () => this.settle(() => this.outbox.tryAgain()));
    on("forget", () => this.settle(() => this.outbox.remove(this.outbox.refused.map((event) => event.id))));
    on("send-now", send);
    window.addEventListener("storage", () => {
      this.recall();
      this.show();
    });
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    window.setInterval(() => document.hidden || this.look(), LOOK_EVERY);
  }

  // A page kept from another day shows today's meal day, which it carries, or says that there is none.
  turnTo(today) {
    if (today === this.day) return;
    Object.assign(this, { day: today, counts: {}, ended: "" });
    this.recall();
    this.phoneSent = 0;
    this.undoable = null;
    this.seen = null;
    this.turned();
  }

  turned() {
    const { own, next } = findDay(this.days, this.day);
    this.paint.day(own, next);
  }

  // What the service told last, if it has told anything of this day.
  recall() {
    const { counts, ended, at } = recall(window.localStorage, this.park, this.day);
    if (at) Object.assign(this, { counts, ended });
  }

  // Another tab has added or sent something, or the worker has: what is sent is in the service's count, so ask for it.
  elsewhere() {
    this.show();
    if (!document.hidden) this.look();
  }

  // The tap that was made last on this phone and is not sent yet, to be undone.
  lastWaiting() {
    const taps = waitingFor(this.outbox.waiting, this.park, this.day);
    const undone = new Set(taps.map((event) => event.body.undoes));
    const last = taps.filter((event) => !event.body.undoes && !undone.has(event.id)).at(-1);
    return last && undoOf(last);
  }

  // The service told these.
  tell(counts, ended, moment) {
    this.clock.set(moment);
    Object.assign(this, { counts, ended });
    remember(window.localStorage, this.park, this.day, { counts, ended, at: Date.parse(moment) });
  }

  get portions() {
    return this.days.find((day) => day.day === this.day)?.portions ?? 0;
  }

  async press(value) {
    const tap = readButton(value);
    if (!tap) return;
    const made = { id: makeId(), at: this.clock.now().toISOString(), park: this.park, day: this.day };
    const event = makeTap({ ...made, ...tap });
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

  async settle(work) {
    this.refusal = "";
    await work();
    this.show();
    this.sender.send();
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
    this.tell({ ...this.counts, ...answer.counts[`${this.park}/${this.day}`] }, this.ended, answer.now);
    const refused = answer.results.filter((result) => result.result === "refused");
    if (refused.length) this.refusal = refused.at(-1).text;
    if (refused.some((result) => result.id === this.undoable?.undoes)) this.undoable = null;
    const stored = new Set(answer.results.filter((result) => result.result === "stored").map((result) => result.id));
    const mine = waitingFor(events, this.park, this.day).filter((event) => stored.has(event.id));
    this.phoneSent += sum(withWaiting({}, mine), FIRST);
  }

  show() {
    const waiting = waitingFor(this.outbox.waiting, this.park, this.day);
    this.paint.counts(withWaiting(this.counts, waiting), this.portions);
    this.paint.two(this.phoneSent + sum(withWaiting({}, waiting), FIRST), sum(this.counts, FIRST));
    this.paint.undo(this.undoable);
    this.paint.refused(this.outbox.refused);
    this.paint.ending(endingFor(this.outbox.waiting, this.park, this.day)?.kind ?? this.ended);
    const now = this.clock.now().getTime();
    const { state, since, refusal, sentAt } = this;
    const oldest = age(this.outbox.waiting, now);
    this.paint.line(lineOf({ waiting: this.outbox.waiting.length, refusal, state, since, oldest, now, sentAt }));
  }

  // What the other phones of the park have counted, and whether the day is still being counted.
  async look() {
    if (this.clock.day() !== this.day) this.turnTo(this.clock.day());
    const { day, told } = this;
    const headers = this.seen ? { "If-None-Match": this.seen } : {};
    const response = await window.fetch(this.root.dataset.counts + day, { headers }).catch(() => null);
    if (!response) return;
    const now = response.headers.get("Pilot-Ops-Now");
    if (now) this.clock.set(now);
    this.turnTo(this.clock.day());
    // Of another day than this has turned to meanwhile, or as before.
    if (day !== this.day || response.status === 304) return;
    if (response.status === 404) return this.paint.day(null, findDay(this.days, this.day).next);
    if (!response.ok || !now || told !== this.told) return;
    // What waits may be in this count or not: its reply may have been lost. There is a network, so have it sent first.
    if (this.sender.left.length > 0) return this.sender.send();
    this.seen = response.headers.get("ETag");
    const answer = await response.json();
    const ended = ["closed", "cancelled"].includes(answer.status) ? answer.status : "";
    this.tell(answer.counts, ended, now);
    this.phoneSent = answer.phone;
    this.show();
    // Ended by somebody else, or on this phone: the day's own page says what it came to. Not while something waits.
    if (ended && this.outbox.waiting.length === 0) window.location.assign(this.paint.one("info-link").href);
  }
}

const undoOf = ({ id, at, body }) => ({ group: body.group, change: -body.change, undoes: id, at: clock(new Date(at)) });

function undoOnPage(root) {
  const button = root.querySelector("[data-undo]");
  const tap = readButton(button.value);
  return tap && { ...tap, at: button.dataset.at };
}
