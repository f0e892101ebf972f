// Events that wait to be sent, in the phone's own database until the service says it has them; and those it refused,
// kept until somebody has seen why. So are those it stored although its rules would not have let them happen: conflicts.
// Each belongs to whom it was made by: nobody else on the same phone sends or sees it.

import { openDB } from "../../vendor/idb/index.js";

const NAME = "pilot-ops";
const STORE = "events";
// Safari drops the connection of a page in the background: the next use of it fails with one of these.
const LOST = ["InvalidStateError", "UnknownError"];

async function connect() {
  const database = await openDB(NAME, 1, {
    upgrade(fresh) {
      const store = fresh.createObjectStore(STORE, { keyPath: "seq", autoIncrement: true });
      store.createIndex("id", "id", { unique: true });
      store.createIndex("user", "user");
    },
    // Another version of the pages wants the database: let go of it; what is kept stays.
    blocking: () => database.close(),
  });
  return database;
}

export class Outbox {
  // `changed` is called whenever another tab, or the worker behind the pages, has changed what waits.
  static async open(user, changed = () => {}) {
    const outbox = new Outbox(await connect(), user, changed);
    await outbox.read();
    return outbox;
  }

  constructor(database, user, changed) {
    Object.assign(this, { database, user, waiting: [], refused: [], conflicts: [] });
    this.others = globalThis.BroadcastChannel ? new BroadcastChannel(`${NAME}.outbox`) : null;
    if (this.others) {
      this.others.onmessage = async () => {
        await this.read();
        changed();
      };
    }
  }

  close() {
    this.others?.close();
    this.database.close();
  }

  // What the database holds, the oldest first: `waiting`, and `refused` and `conflicts` each with why.
  async read() {
    const all = await this.connected(() => this.database.getAllFromIndex(STORE, "user", this.user));
    this.waiting = all.filter((event) => !event.why);
    this.refused = all.filter((event) => event.why && !event.stored);
    this.conflicts = all.filter((event) => event.stored);
  }

  // On the phone's disk before it returns; rejects if the phone cannot keep it, so that nothing is shown that is not kept.
  add(event) {
    return this.change((store) => store.add({ ...event, user: this.user }));
  }

  remove(ids) {
    return this.change((store) => this.each(store, ids, (cursor) => cursor.delete()));
  }

  // `reasons`: id to why, in words.
  refuse(reasons) {
    const write = (cursor) => cursor.update({ ...cursor.value, why: reasons.get(cursor.value.id) });
    return this.change((store) => this.each(store, reasons.keys(), write));
  }

  // Stored, and not as it should be. `reasons`: id to {why, label}.
  conflict(reasons) {
    const write = (cursor) => cursor.update({ ...cursor.value, ...reasons.get(cursor.value.id), stored: true });
    return this.change((store) => this.each(store, reasons.keys(), write));
  }

  tryAgain(ids = this.refused.map((event) => event.id)) {
    const write = (cursor) => {
      const { why, ...event } = cursor.value;
      return cursor.update(event);
    };
    return this.change((store) => this.each(store, ids, write));
  }

  // One transaction, strictly on disk when it is done; then the lists, then the other tabs.
  async change(work) {
    await this.connected(async () => {
      const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
      await Promise.all([work(transaction.store), transaction.done]);
    });
    await this.read();
    this.others?.postMessage("changed");
  }

  async connected(work) {
    try {
      return await work();
    } catch (problem) {
      if (!LOST.includes(problem.name)) throw problem;
      this.database = await connect();
      return work();
    }
  }

  async each(store, ids, work) {
    for (const id of ids) {
      const cursor = await store.index("id").openCursor(id);
      if (cursor?.value.user === this.user) await work(cursor);
    }
  }
}

// An event as it is sent: without what only the phone needs to know of it.
export const wire = ({ id, kind, at, body }) => ({ id, kind, at, body });

export const age = (events, now) => Math.max(0, ...events.map((event) => now - new Date(event.at).getTime()));
