// The phone's real outbox and sender, driven line by line by a test over standard input: many phones, two tabs each, and
// a network that does to each request what the test says. One JSON command a line in, one JSON answer a line out.
import { createInterface } from "node:readline";

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { Outbox } from "../../static/js/kernel/outbox.js";
import { Sender } from "../../static/js/kernel/send.js";

const phones = new Map();

class Phone {
  constructor({ url, cookie, user }) {
    Object.assign(this, { url, cookie, user, disk: new IDBFactory(), faults: [] });
  }

  async open() {
    globalThis.indexedDB = this.disk;
    this.outbox = await Outbox.open(this.user);
    const make = () => new Sender({ outbox: this.outbox, url: this.url, fetch: (url, how) => this.fetch(url, how), locks: null });
    this.tabs = [make(), make()];
  }

  // What becomes of a request: arrives and is answered; never arrives; arrives and the answer is lost; arrives twice.
  async fetch(url, how = {}) {
    const fault = (how.method === "POST" && this.faults.shift()) || "ok";
    if (fault === "lost") throw new TypeError("network");
    const headers = { ...how.headers, Cookie: this.cookie, Origin: new URL(url).origin, Referer: url };
    const send = () => fetch(url, { ...how, headers });
    if (fault === "twice") await Promise.allSettled([send().then((answer) => answer.text())]);
    const response = await send();
    if (fault !== "unanswered") return response;
    await response.text();
    throw new TypeError("network");
  }
}

const commands = {
  async open({ phone, ...facts }) {
    phones.set(phone, new Phone(facts));
    await phones.get(phone).open();
  },
  // The phone is switched off and on: only what is on its disk remains.
  async restart({ phone }) {
    phones.get(phone).outbox.close();
    await phones.get(phone).open();
  },
  async tap({ phone, event }) {
    await phones.get(phone).outbox.add(event);
  },
  async send({ phone, tabs, faults }) {
    const it = phones.get(phone);
    it.faults = faults;
    await Promise.all(tabs.map((tab) => it.tabs[tab].send()));
    it.faults = [];
    return { waiting: it.outbox.waiting.length, refused: it.outbox.refused.map((event) => event.why) };
  },
  async close({ phone }) {
    phones.get(phone).outbox.close();
    phones.delete(phone);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...facts } = JSON.parse(line);
  let answer;
  try {
    answer = (await commands[command](facts)) ?? {};
  } catch (problem) {
    answer = { problem: String(problem.stack ?? problem) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
