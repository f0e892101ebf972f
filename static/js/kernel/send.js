// One sender at a time, over all tabs and the worker behind them; tries again by itself until everything is stored.

import { wire } from "./outbox.js";

const MOST = 100;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;
// A network that is there and carries nothing: give up, and try again.
const PATIENCE = 15000;
const patience = () => AbortSignal.timeout?.(PATIENCE);

export class Sender {
  // `heard` is told {state, answer, events}; the state is sent, offline, retry or ended (somebody must sign in).
  constructor({ outbox, url, token = "", fetch, locks, later = () => {}, heard = () => {} }) {
    Object.assign(this, { outbox, url, token, fetch, locks, later, heard });
    this.wait = FIRST_WAIT;
    this.unknown = new Set();
    this.again = false;
    this.running = null;
    this.greeted = false;
    this.planned = false;
  }

  // Send what waits. Calls that come while one is running make it go round once more, and end with it.
  send() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.rounds().finally(() => (this.running = null));
    return this.running;
  }

  async rounds() {
    do {
      this.again = false;
      // The phone's own database may fail: everything is still there, to be sent again.
      await this.exclusively(() => this.round()).catch(() => this.fail("retry"));
    } while (this.again);
  }

  // What is still to be sent, without what this service does not understand.
  get left() {
    return this.outbox.waiting.filter((event) => !this.unknown.has(event.id));
  }

  exclusively(work) {
    return this.locks ? this.locks.request("pilot-ops.send", work) : work();
  }

  async round() {
    // Another tab may have sent some while this one waited for its turn.
    await this.outbox.read();
    for (;;) {
      const events = this.left.slice(0, MOST);
      // Once, an empty push too: the service hears that the phone is there, and the phone what time it is.
      if (events.length === 0 && this.greeted) return;
      if (!(await this.post(events))) return;
      this.greeted = true;
    }
  }

  async post(events) {
    let answer;
    try {
      answer = await this.ask(events);
    } catch {
      return this.fail("offline");
    }
    if (typeof answer === "string") return this.fail(answer);
    try {
      await this.take(answer);
    } catch {
      // The phone's database failed, or this is no answer of ours: everything is still there, to be sent again.
      return this.fail("retry");
    }
    this.wait = FIRST_WAIT;
    this.heard({ state: "sent", answer, events });
    return true;
  }

  // The service's answer, or in a word why there is none; throws where there is no network.
  async ask(events, fresh = false) {
    if (!this.token) {
      const why = await this.refresh();
      if (why) return why;
    }
    const response = await this.fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ user: this.outbox.user, waiting: this.outbox.waiting.length, events: events.map(wire) }),
      signal: patience(),
    });
    if (response.status === 401) return "ended";
    if (response.status === 400 && !fresh) return (await this.refresh()) || this.ask(events, true);
    return response.ok ? response.json() : "retry";
  }

  // A page kept since yesterday has yesterday's token. In a word why there is no new one for the same person, or "".
  async refresh() {
    const response = await this.fetch(this.url, { headers: { Accept: "application/json" }, signal: patience() });
    if (!response.ok) return response.status === 401 ? "ended" : "retry";
    const { user, token } = await response.json();
    this.token = token;
    return user === this.outbox.user ? "" : "ended";
  }

  async take(answer) {
    const of = (kind) => answer.results.filter((result) => result.result === kind);
    for (const result of of("unknown")) this.unknown.add(result.id);
    const refused = of("refused");
    if (refused.length) await this.outbox.refuse(new Map(refused.map((result) => [result.id, result.text])));
    const conflicts = of("stored").filter((result) => result.conflict);
    const told = conflicts.map(({ id, text: why, label }) => [id, { why, label }]);
    if (told.length) await this.outbox.conflict(new Map(told));
    const stored = of("stored").filter((result) => !result.conflict).map((result) => result.id);
    if (stored.length) await this.outbox.remove(stored);
  }

  fail(state) {
    this.heard({ state, answer: null, events: [] });
    if (state !== "ended") this.tryLater();
    return false;
  }

  // One try is planned at a time, however many presses have failed meanwhile.
  tryLater() {
    if (this.planned) return;
    this.planned = true;
    this.later(() => {
      this.planned = false;
      return this.send();
    }, this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}
