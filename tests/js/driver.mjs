// The phone's real outbox and sender, driven line by line by a test over standard input: many phones, two tabs each, and
// a network that does to each request what the test says. One JSON command a line in, one JSON answer a line out.
import { createInterface } from "node:readline";

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { Outbox } from "../../static/js/kernel/outbox.js";
import { Sender } from "../../static/js/kernel/send.js";
import { makeTap } from "../../static/js/meals/count.js";

const phones = new Map();
const Channel = globalThis.BroadcastChannel;

class Phone {
  constructor({ phone, url, cookie, user }) {
    Object.assign(this, { name: phone, url, cookie, user, disk: new IDBFactory(), faults: [], late: [] });
  }

  // What is on its disk, and that it is enrolled, outlives being off; the session of its browser does not.
  async switchOn() {
    this.session = "";
    this.tabs = [await this.openTab(), await this.openTab()];
  }

  // Without a Web Lock, as in an older browser: nothing but the service keeps the tabs from counting twice.
  async openTab() {
    const { name } = this;
    globalThis.indexedDB = this.disk;
    globalThis.BroadcastChannel = class extends Channel {
      constructor(channel) {
        super(`${name}/${channel}`);
      }
    };
    const outbox = await Outbox.open(this.user);
    const fetch = (url, how) => this.fetch(url, how);
    return { outbox, sender: new Sender({ outbox, url: this.url, fetch, locks: null }) };
  }

  switchOff() {
    for (const { outbox } of this.tabs) outbox.close();
  }

  add({ tab, ...tap }) {
    return this.tabs[tab].outbox.add(makeTap(tap));
  }

  // What becomes of a request: it arrives and is answered ("ok"); never arrives ("lost"); arrives, and its answer is lost
  // ("unanswered"); arrives twice at once ("twice"); arrives only when the test delivers what is late ("late").
  async fetch(url, how = {}) {
    const fault = this.faults.shift() ?? "ok";
    const cookie = [this.cookie, this.session].filter(Boolean).join("; ");
    const headers = { ...how.headers, Cookie: cookie, Referer: url };
    const arrive = async () => {
      const response = await fetch(url, { ...how, headers });
      const body = await response.arrayBuffer();
      return new Response(body, response);
    };
    if (fault === "late") this.late.push(arrive);
    if (fault === "late" || fault === "lost") throw new TypeError("network");
    const [response] = await Promise.all(fault === "twice" ? [arrive(), arrive()] : [arrive()]);
    if (fault === "unanswered") throw new TypeError("network");
    for (const set of response.headers.getSetCookie()) this.session = set.split(";")[0];
    return response;
  }
}

const commands = {
  async open({ phone, ...facts }) {
    phones.set(phone, new Phone({ phone, ...facts }));
    await phones.get(phone).switchOn();
  },
  // The phone is switched off and on.
  async restart({ phone }) {
    phones.get(phone).switchOff();
    await phones.get(phone).switchOn();
  },
  async tap({ phone, tap }) {
    await phones.get(phone).add(tap);
  },
  // Tabs of one or several phones send at once; each of `taps`, by phone, is made while they do.
  async send({ sends, taps }) {
    for (const { phone, faults } of sends) phones.get(phone).faults = [...faults];
    const sending = sends.flatMap(({ phone, tabs }) => tabs.map((tab) => phones.get(phone).tabs[tab].sender.send()));
    await Promise.all([...sending, ...taps.map(({ phone, tap }) => phones.get(phone).add(tap))]);
    for (const { phone } of sends) phones.get(phone).faults = [];
  },
  // What was late arrives now; nobody waits for its answer any more.
  async deliver({ phone }) {
    await Promise.all(phones.get(phone).late.splice(0).map((arrive) => arrive()));
  },
  async look({ phone }) {
    const { outbox } = phones.get(phone).tabs[0];
    await outbox.read();
    return { waiting: outbox.waiting.length, refused: outbox.refused.map((event) => event.why) };
  },
  async close({ phone }) {
    phones.get(phone).switchOff();
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
// Tabs that are still open listen to each other, and would keep the process.
process.exit();
