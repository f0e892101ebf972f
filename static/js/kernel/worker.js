// The worker behind the pages: keeps a park's pages and everything they are made of, answers from what it keeps, and
// sends what waits when the browser says that there is a network.
//
// A cache belongs to one version of the files. Pages that carry X-Pilot-Ops-Keep are answered from it at once and
// fetched anew behind it; all others come from the network, and without one there is a page that says so.

import { Outbox } from "./outbox.js";
import { CACHES } from "./offline.js";
import { Sender } from "./send.js";

const KEEP = "X-Pilot-Ops-Keep";
const OFFLINE = "/offline";
const SYNC = "/sync";
const SOMEBODY_ELSE = /^\/(sign-|join|language)/;
// Where people work without a network: the first leads there from the front page; the second needs more files.
const WORK = /^\/(today\/|tickets\/(use|hand-out)$)/;
const SCANS = /^\/tickets\//;
const FRESH_FOR = 10_000;
const YOUNG = 30 * 60_000;
const OLD = 14 * 24 * 3600_000;
// The front page of somebody whose counting page is kept need not wait longer for a network that carries nothing.
const FRONT_WAIT = 4000;
const AS_IT_IS = { ignoreVary: true };

export default function start({ version, files, scanning }) {
  const worker = new Worker(CACHES + version, files, scanning);
  self.addEventListener("install", (event) => event.waitUntil(worker.install()));
  self.addEventListener("activate", (event) => event.waitUntil(worker.activate()));
  self.addEventListener("fetch", (event) => worker.fetch(event));
  self.addEventListener("message", (event) => event.waitUntil(worker.keep(event.data.keep ?? [])));
  self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
}

class Worker {
  constructor(name, files, scanning) {
    Object.assign(this, { name, files, scanning, freshUntil: 0, people: 0 });
  }

  // Of this version if there is one, else of an older one.
  async find(what) {
    const own = await (await caches.open(this.name)).match(what, AS_IT_IS);
    return own ?? caches.match(what, AS_IT_IS);
  }

  async install() {
    const cache = await caches.open(this.name);
    await cache.addAll([OFFLINE, ...this.files]);
    const kept = (await this.pages()).map((request) => new URL(request.url).pathname);
    await Promise.allSettled([...kept.map((path) => this.fetchAnew(path)), this.needed(kept)]);
    await self.skipWaiting();
  }

  // What only phones that scan need: a phone that counts is not to load it.
  async needed(paths) {
    if (!paths.some((path) => SCANS.test(path))) return;
    const cache = await caches.open(this.name);
    const missing = await Promise.all(this.scanning.map(async (file) => ((await cache.match(file)) ? [] : [file])));
    await cache.addAll(missing.flat());
  }

  // An older version is let go once every page kept in it is kept in this one: a page needs the files it names.
  async activate() {
    const cache = await caches.open(this.name);
    for (const name of await this.older()) {
      const pages = (await (await caches.open(name)).keys()).filter(isPage);
      const here = await Promise.all(pages.map((page) => cache.match(page)));
      if (here.every(Boolean)) await caches.delete(name);
    }
    await self.clients.claim();
  }

  async older() {
    return (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== this.name);
  }

  async pages() {
    const found = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return found.flat().filter(isPage);
  }

  fetch(event) {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.method !== "GET") return this.pass(event, url);
    if (url.pathname.startsWith("/static/")) return event.respondWith(this.file(request));
    if (request.mode === "navigate") event.respondWith(this.page(event, request, url));
  }

  // Something is done: the page that comes next is to be as it is now. Who signs in or out is somebody else from now on;
  // without a network nobody is, and what is kept stays.
  pass(event, url) {
    if (url.pathname === SYNC || event.request.mode !== "navigate") return;
    this.freshUntil = Date.now() + FRESH_FOR;
    const done = fetch(event.request);
    // A redirect says that it was done; a form that comes back does not.
    const forget = (response) => response.type === "opaqueredirect" && this.forgetPages();
    if (SOMEBODY_ELSE.test(url.pathname)) event.waitUntil(done.then(forget).catch(() => {}));
    event.respondWith(done.catch(() => this.find(OFFLINE)));
  }

  async forgetPages() {
    this.people += 1;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const page of (await cache.keys()).filter(isPage)) await cache.delete(page);
    }
    // In the language that was chosen.
    await (await caches.open(this.name)).add(OFFLINE);
  }

  async file(request) {
    return (await this.find(request)) ?? fetch(request);
  }

  async page(event, request, url) {
    const kept = url.search ? null : await this.find(url.pathname);
    if (kept?.headers.has(KEEP) && Date.now() > this.freshUntil) {
      event.waitUntil(this.fetchAnew(url.pathname).catch(() => {}));
      return kept;
    }
    const front = await this.only(url);
    try {
      const response = await (front ? inTime(fetch(request)) : fetch(request));
      if (response.headers.has(KEEP) && !response.redirected) await this.put(url.pathname, response.clone());
      return response;
    } catch {
      return kept ?? front ?? this.find(OFFLINE);
    }
  }

  // Without a network the front page leads to the one page for counting or scanning that is kept.
  async only(url) {
    if (!["/", "/today"].includes(url.pathname)) return null;
    const paths = new Set((await this.pages()).map((page) => new URL(page.url).pathname));
    const work = [...paths].filter((path) => WORK.test(path));
    return work.length === 1 ? Response.redirect(work[0]) : null;
  }

  // What is kept since a moment ago need not come over a bad network again.
  keep(paths) {
    const renew = async (path) => {
      const age = ageOf(await this.find(path));
      if (!(age >= 0 && age < YOUNG)) await this.fetchAnew(path);
    };
    return Promise.allSettled([...paths.map(renew), this.needed(paths), this.tidy(paths)]);
  }

  // Pages of days long past are let go.
  async tidy(paths) {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const page of (await cache.keys()).filter(isPage)) {
        if (!paths.includes(new URL(page.url).pathname) && ageOf(await cache.match(page)) > OLD) await cache.delete(page);
      }
    }
  }

  // Where the page leads elsewhere now (the day is closed, somebody must sign in), the one that is kept serves tomorrow.
  async fetchAnew(path) {
    const { people } = this;
    const response = await fetch(path, { credentials: "same-origin" });
    // Asked for by whoever was here before somebody else signed in.
    if (people !== this.people) return;
    if (response.ok && !response.redirected && response.headers.has(KEEP)) return this.put(path, response);
    if (![403, 404].includes(response.status)) return;
    for (const name of await caches.keys()) await (await caches.open(name)).delete(path);
  }

  async put(path, response) {
    await (await caches.open(this.name)).put(path, response);
  }
}

// By the phone's clock, which may be wrong: then below zero, or more than it is.
const ageOf = (kept) => (kept ? Date.now() - Date.parse(kept.headers.get("Date")) : -1);

const inTime = (promise) =>
  Promise.race([promise, new Promise((_, late) => setTimeout(() => late(new Error("late")), FRONT_WAIT))]);

const isPage = (request) => {
  const { pathname } = new URL(request.url);
  return pathname !== OFFLINE && !pathname.startsWith("/static/");
};

// With no page open: only what belongs to whoever is signed in.
async function sendAll() {
  const response = await fetch(SYNC, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { user, token } = await response.json();
  const outbox = await Outbox.open(user);
  let state = "sent";
  const heard = (answer) => (state = answer.state);
  await new Sender({ outbox, url: SYNC, token, fetch: self.fetch.bind(self), locks: navigator.locks, heard }).send();
  outbox.close();
  if (state === "offline" || state === "retry") throw new Error(state);
}
