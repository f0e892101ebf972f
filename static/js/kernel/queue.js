// Events that wait to be sent, kept on the phone until the service says it has them; and those it refused, kept until
// somebody has seen why. They belong to the person who made them: somebody else on the same phone neither sends nor sees
// them.

export class Queue {
  constructor(storage, user) {
    this.storage = storage;
    this.waiting = `pilot-ops.queue.${user}`;
    this.turnedDown = `pilot-ops.refused.${user}`;
  }

  all() {
    return this.read(this.waiting);
  }

  // Each with why: {id, kind, at, body, why}.
  refused() {
    return this.read(this.turnedDown);
  }

  // Written before it returns; throws if the phone cannot keep it, so that nothing is shown that is not kept.
  add(event) {
    this.write(this.waiting, [...this.all(), event]);
  }

  // Read again before writing: another tab may have added events in the meantime.
  remove(ids) {
    this.write(this.waiting, without(this.all(), ids));
  }

  // Kept in the one list before they leave the other: a phone that dies in between has them in both, not in neither.
  refuse(reasons) {
    const refused = this.all().filter((event) => reasons.has(event.id));
    const known = without(this.refused(), [...reasons.keys()]);
    this.write(this.turnedDown, [...known, ...refused.map((event) => ({ ...event, why: reasons.get(event.id) }))]);
    this.remove([...reasons.keys()]);
  }

  tryAgain() {
    const again = this.refused();
    const events = again.map(({ why, ...event }) => event);
    this.write(this.waiting, [...without(this.all(), events.map((event) => event.id)), ...events]);
    this.forget(again.map((event) => event.id));
  }

  forget(ids) {
    this.write(this.turnedDown, without(this.refused(), ids));
  }

  read(key) {
    try {
      return JSON.parse(this.storage.getItem(key) ?? "[]");
    } catch {
      return [];
    }
  }

  write(key, events) {
    this.storage.setItem(key, JSON.stringify(events));
  }
}

function without(events, ids) {
  const gone = new Set(ids);
  return events.filter((event) => !gone.has(event.id));
}
