// One sender at a time, over all tabs; tries again by itself until everything is stored.

const MOST = 100;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

export class Sender {
  constructor({ queue, url, token, user, fetch, locks, later, heard }) {
    Object.assign(this, { queue, url, token, user, fetch, locks, later, heard });
    this.wait = FIRST_WAIT;
    this.unknown = new Set();
    this.again = false;
    this.running = false;
  }

  // Send what waits. Calls that come while one is running make it go round once more.
  async send() {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        await this.exclusively(() => this.round());
      } while (this.again);
    } finally {
      this.running = false;
    }
  }

  exclusively(work) {
    return this.locks ? this.locks.request("pilot-ops.send", work) : work();
  }

  async round() {
    for (;;) {
      const events = this.queue.all().filter((event) => !this.unknown.has(event.id)).slice(0, MOST);
      if (events.length === 0) return;
      const answer = await this.post(events);
      if (!answer) return;
    }
  }

  async post(events) {
    let response;
    try {
      response = await this.fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ events }),
      });
    } catch {
      return this.fail("offline");
    }
    if (response.status === 401 || response.status === 400) return this.fail("ended");
    if (!response.ok) return this.fail("retry");
    const answer = await response.json();
    if (answer.user !== this.user) return this.fail("ended");
    this.wait = FIRST_WAIT;
    const of = (kind) => answer.results.filter((result) => result.result === kind);
    for (const result of of("unknown")) this.unknown.add(result.id);
    const refused = of("refused");
    this.queue.refuse(new Map(refused.map((result) => [result.id, result.text ?? result.reason])));
    this.queue.remove(of("stored").map((result) => result.id));
    this.heard({ state: "sent", refused, counts: answer.counts, events });
    return true;
  }

  fail(state) {
    this.heard({ state, refused: [], counts: {}, events: [] });
    if (state !== "ended") {
      this.later(() => this.send(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
    return false;
  }
}
