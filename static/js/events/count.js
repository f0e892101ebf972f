// The counting page of an event: the tally of its participants and helpers.

import { keep } from "../kernel/offline.js";
import { withWaiting } from "../meals/count.js";
import { Tally, attachTally } from "../meals/tally.js";

const KEPT = "pilot-ops.event.";

export default (root) => attachTally(root, new Page(root));

class Page extends Tally {
  constructor(root) {
    super(root);
    this.event = root.dataset.event;
    this.stored = `${KEPT}${this.event}`;
  }

  async open() {
    await this.openOutbox();
    this.recall();
    this.undoable = this.lastWaiting() ?? this.undoable;
    this.listen();
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

  mine(events) {
    return events.filter((event) => event.kind === "event.tap" && event.body.event === this.event);
  }

  made({ group, change, undoes }, { id, at }) {
    const body = { event: this.event, group, change, ...(undoes && { undoes }) };
    return { id, kind: "event.tap", at, body };
  }

  told(answer) {
    this.tell({ ...this.counts, ...answer.counts[`event/${this.event}`] }, answer.now);
  }

  show() {
    const shown = withWaiting(this.counts, this.mine(this.outbox.waiting));
    for (const element of this.root.querySelectorAll("[data-total]")) element.textContent = shown[element.dataset.total] ?? 0;
    this.paint.undo(this.undoable);
    this.paint.refused(this.mine(this.outbox.refused));
    this.showLine();
  }

  // What the other phones have counted, and whether the event has been closed.
  async look() {
    const { answers } = this;
    const headers = this.seen ? { "If-None-Match": this.seen } : {};
    const response = await window.fetch(this.root.dataset.counts, { headers }).catch(() => null);
    const now = response?.headers.get("Pilot-Ops-Now");
    if (!response?.ok || !now || answers !== this.answers) return;
    // What waits may be in this count or not: its reply may have been lost. There is a network, so have it sent first.
    if (this.sender.left.length > 0) return this.sender.send();
    this.seen = response.headers.get("ETag");
    const { counts, ended } = await response.json();
    this.tell(counts, now);
    this.show();
    if (ended && this.outbox.waiting.length === 0) window.location.reload();
  }
}
