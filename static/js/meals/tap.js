// The counting page: every press is kept on the phone first, shown then, and sent as soon as it can be.

import { isToBeInstalled, keep } from "../kernel/offline.js";
import { FIRST, endingFor, findDay, makeTap, sum, waitingFor, withWaiting } from "./count.js";
import { recall, remember, tidy } from "./known.js";
import { Tally, attachTally } from "./tally.js";

// Closing and cancelling are kept for today and the next meal days; the counting page itself carries fourteen.
const DAYS_KEPT = 3;

export default (root) => attachTally(root, new Page(root));

class Page extends Tally {
  constructor(root) {
    super(root);
    this.park = root.dataset.park;
    this.days = JSON.parse(root.dataset.days);
    this.day = root.dataset.day;
    this.ended = "";
    this.phoneSent = Number(root.dataset.phoneSent);
  }

  async open() {
    await this.openOutbox();
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
    super.listen();
    const on = (name, work) => this.paint.one(name).addEventListener("click", work);
    on("again", () => this.settle(() => this.outbox.tryAgain()));
    on("forget", () => this.settle(() => this.outbox.remove(this.outbox.refused.map((event) => event.id))));
    window.addEventListener("storage", () => {
      this.recall();
      this.show();
    });
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

  mine(events) {
    return waitingFor(events, this.park, this.day);
  }

  made(tap, { id, at }) {
    return makeTap({ id, at, park: this.park, day: this.day, ...tap });
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

  async settle(work) {
    this.refusal = "";
    await work();
    this.show();
    this.sender.send();
  }

  told(answer, events) {
    this.tell({ ...this.counts, ...answer.counts[`${this.park}/${this.day}`] }, this.ended, answer.now);
    const stored = new Set(answer.results.filter((result) => result.result === "stored").map((result) => result.id));
    this.phoneSent += sum(withWaiting({}, this.mine(events).filter((event) => stored.has(event.id))), FIRST);
  }

  show() {
    const waiting = this.mine(this.outbox.waiting);
    this.paint.counts(withWaiting(this.counts, waiting), this.portions);
    this.paint.two(this.phoneSent + sum(withWaiting({}, waiting), FIRST), sum(this.counts, FIRST));
    this.paint.undo(this.undoable);
    this.paint.refused(this.outbox.refused);
    this.paint.ending(endingFor(this.outbox.waiting, this.park, this.day)?.kind ?? this.ended);
    this.showLine();
  }

  // What the other phones of the park have counted, and whether the day is still being counted.
  async look() {
    if (this.clock.day() !== this.day) this.turnTo(this.clock.day());
    const { day, answers } = this;
    const headers = this.seen ? { "If-None-Match": this.seen } : {};
    const response = await window.fetch(this.root.dataset.counts + day, { headers }).catch(() => null);
    if (!response) return;
    const now = response.headers.get("Pilot-Ops-Now");
    if (now) this.clock.set(now);
    this.turnTo(this.clock.day());
    // Of another day than this has turned to meanwhile, or as before.
    if (day !== this.day || response.status === 304) return;
    if (response.status === 404) return this.paint.day(null, findDay(this.days, this.day).next);
    if (!response.ok || !now || answers !== this.answers) return;
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
