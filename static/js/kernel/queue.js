// Events that wait to be sent, kept on the phone until the service says it has them.
// They belong to the person who made them: somebody else on the same phone neither sends nor sees them.

export class Queue {
  constructor(storage, user) {
    this.storage = storage;
    this.key = `pilot-ops.queue.${user}`;
  }

  all() {
    try {
      return JSON.parse(this.storage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  // Written before it returns; throws if the phone cannot keep it, so that nothing is shown that is not kept.
  add(event) {
    this.storage.setItem(this.key, JSON.stringify([...this.all(), event]));
  }

  // Read again before writing: another tab may have added events in the meantime.
  remove(ids) {
    const gone = new Set(ids);
    this.storage.setItem(this.key, JSON.stringify(this.all().filter((event) => !gone.has(event.id))));
  }
}
