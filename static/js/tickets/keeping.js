// The list of a place's codes on this phone, and the scans that wait on it. For a page that scans.
//
// The list is in a cache that the worker empties with the pages when somebody signs in or out, and says whose it is.

import { Clock } from "../kernel/clock.js";
import { Outbox } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { makeId } from "../kernel/uuid.js";
import { sendLater } from "../kernel/offline.js";
import { judge, makeScan, withNews } from "./local.js";

const CACHE = "ticket-codes";
const RENEW_EVERY = 3 * 60_000;
const PATIENCE = 15_000;

export class Keeping {
  // `changed` is called whenever something waits, was sent, or came back as a conflict; with the sender's state, if it is new.
  static async open({ user, kind, place, codes, sync, token = "", changed = () => {} }) {
    const keeping = new Keeping({ user, kind, place, codes, changed, clock: new Clock(window.localStorage) });
    keeping.outbox = await Outbox.open(user, () => changed());
    keeping.sender = new Sender({
      outbox: keeping.outbox,
      url: sync,
      token,
      fetch: window.fetch.bind(window),
      locks: navigator.locks,
      later: (work, wait) => window.setTimeout(work, wait),
      heard: (answer) => keeping.heard(answer),
    });
    await keeping.recall();
    keeping.listen();
    return keeping;
  }

  constructor(facts) {
    Object.assign(this, { list: null, told: 0, tag: "", news: 0, state: "sent" }, facts);
  }

  listen() {
    const back = () => document.hidden || this.send();
    for (const event of ["online", "focus"]) window.addEventListener(event, back);
    document.addEventListener("visibilitychange", back);
    window.setInterval(() => document.hidden || this.renew(), RENEW_EVERY);
    this.send();
  }

  // What waits is sent first: a list told meanwhile might have it already, or not.
  async send() {
    await this.sender.send();
    await this.renew();
  }

  get waiting() {
    return this.outbox.waiting.filter((event) => event.kind.startsWith("ticket."));
  }

  get conflicts() {
    return this.outbox.conflicts;
  }

  // What this phone says of a code by itself.
  judge(digest) {
    const { kind, list, told, place, clock } = this;
    const now = clock.now().getTime();
    return judge({ kind, list, told, waiting: this.outbox.waiting, place, digest, now, today: clock.day() });
  }

  // It has happened: kept on the phone's disk, and sent as soon as can be. `id` is that of a try over the network, if any.
  async keep(digest, { id = makeId(), label = "", group = "" } = {}) {
    const { kind, place } = this;
    const at = this.clock.now().toISOString();
    await this.outbox.add(makeScan({ id, at, kind, place, digest, group, label }));
    this.changed();
    this.sender.send();
    sendLater();
  }

  // Seen: the list of what would not have been let is empty again.
  async acknowledge() {
    await this.outbox.remove(this.outbox.conflicts.map((event) => event.id));
    this.changed();
  }

  heard({ state, answer, events }) {
    this.state = state;
    if (answer) {
      this.clock.set(answer.now);
      const sent = new Map(events.map((event) => [event.id, event]));
      for (const { id, left, label } of answer.results) {
        if (label && sent.has(id)) this.learn(sent.get(id).body.digest, left, Date.parse(sent.get(id).at));
      }
    }
    this.changed(state);
  }

  // The service has said what is left on a ticket: here, or on the page that asked it.
  learn(digest, left, at = this.clock.now().getTime()) {
    if (!this.list) return;
    // With news in it, it is no longer what its tag says.
    Object.assign(this, { news: this.news + 1, tag: "" });
    this.list = withNews(this.list, { digest, left, at, handedOut: this.kind === "point" });
    return this.save();
  }

  async renew() {
    if (this.sender.left.length > 0) return;
    const { news } = this;
    const headers = { Accept: "application/json", ...(this.list && this.tag ? { "If-None-Match": this.tag } : {}) };
    const signal = AbortSignal.timeout?.(PATIENCE);
    const response = await window.fetch(this.codes, { headers, signal }).catch(() => null);
    // Something was scanned meanwhile, which this list may not have yet.
    if (!response || news !== this.news) return;
    if ([401, 403, 404].includes(response.status)) return this.forget();
    const now = response.headers.get("Pilot-Ops-Now");
    if (!now || !(response.ok || response.status === 304)) return;
    this.clock.set(now);
    this.told = Date.parse(now);
    if (response.ok) Object.assign(this, { list: await response.json(), tag: response.headers.get("ETag") ?? "" });
    await this.save();
    this.changed();
  }

  async recall() {
    const kept = await (await caches.open(CACHE)).match(this.codes);
    const { user, list, told, tag } = kept ? await kept.json() : {};
    if (user === this.user) Object.assign(this, { list, told, tag });
    else await this.forget();
  }

  async save() {
    const { user, list, told, tag } = this;
    const content = JSON.stringify({ user, list, told, tag });
    // Full: then the list of before is kept, and says from when it is.
    await (await caches.open(CACHE)).put(this.codes, new Response(content)).catch(() => {});
  }

  // Not this person's, or not theirs any more: the lists of all places go.
  async forget() {
    Object.assign(this, { list: null, told: 0, tag: "" });
    await caches.delete(CACHE);
  }
}
