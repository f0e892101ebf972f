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
const FRESH_FOR = 10_000;
const YOUNG = 30 * 60_000;
const AS_IT_IS = { ignoreVary: true };

export default function start({ version, files }) {
  const worker = new Worker(CACHES + version, files);
  self.addEventListener("install", (event) => event.waitUntil(worker.install()));
  self.addEventListener("activate", (event) => event.waitUntil(worker.activate()));
  self.addEventListener("fetch", (event) => worker.fetch(event));
  self.addEventListener("message", (event) => event.waitUntil(worker.keep(event.data.keep ?? [])));
  self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
}

class Worker {
  constructor(name, files) {
    Object.assign(this, { name, files, freshUntil: 0 });
  }

  async install() {
    const cache = await caches.open(this.name);
    await cache.addAll([OFFLINE, ...this.files]);
    const kept = (await this.pages()).map((request) => new URL(request.url).pathname);
    await Promise.allSettled(kept.map((path) => this.fetchAnew(path)));
    await self.skipWaiting();
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

  // Something is done: the page that comes next is to be as it is now. Who signs in or out is somebody else from now on.
  pass(event, url) {
    if (url.pathname === SYNC) return;
    this.freshUntil = Date.now() + FRESH_FOR;
    if (/^\/(sign-|join|language)/.test(url.pathname)) event.waitUntil(this.forgetPages());
    if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE, AS_IT_IS)));
  }

  async forgetPages() {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const page of (await cache.keys()).filter(isPage)) await cache.delete(page);
    }
  }

  async file(request) {
    return (await caches.match(request, AS_IT_IS)) ?? fetch(request);
  }

  async page(event, request, url) {
    const kept = url.search ? null : await caches.match(url.pathname, AS_IT_IS);
    if (kept?.headers.has(KEEP) && Date.now() > this.freshUntil) {
      event.waitUntil(this.fetchAnew(url.pathname).catch(() => {}));
      return kept;
    }
    try {
      const response = await fetch(request);
      if (response.headers.has(KEEP) && !response.redirected) await this.put(url.pathname, response.clone());
      return response;
    } catch {
      return kept ?? (await this.only(url)) ?? caches.match(OFFLINE, AS_IT_IS);
    }
  }

  // Without a network the front page leads to the one counting page that is kept.
  async only(url) {
    if (!["/", "/today"].includes(url.pathname)) return null;
    const paths = new Set((await this.pages()).map((page) => new URL(page.url).pathname));
    const counting = [...paths].filter((path) => path.startsWith("/today/"));
    return counting.length === 1 ? Response.redirect(counting[0]) : null;
  }

  // What is kept since a moment ago need not come over a bad network again.
  keep(paths) {
    const renew = async (path) => {
      const kept = await caches.match(path, AS_IT_IS);
      const age = kept ? Date.now() - Date.parse(kept.headers.get("Date")) : -1;
      if (!(age >= 0 && age < YOUNG)) await this.fetchAnew(path);
    };
    return Promise.allSettled(paths.map(renew));
  }

  // Where the page leads elsewhere now (the day is closed, somebody must sign in), the one that is kept serves tomorrow.
  async fetchAnew(path) {
    const response = await fetch(path, { credentials: "same-origin" });
    if (response.ok && !response.redirected && response.headers.has(KEEP)) return this.put(path, response);
    if ([403, 404].includes(response.status)) await (await caches.open(this.name)).delete(path);
  }

  async put(path, response) {
    await (await caches.open(this.name)).put(path, response);
  }
}

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
