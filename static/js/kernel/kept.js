// Lists the pages that are kept on this phone, by their titles.

import { CACHES } from "./offline.js";

export default async function attach(section) {
  const list = section.querySelector("ul");
  for (const name of await caches.keys()) {
    if (!name.startsWith(CACHES)) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      if (/^\/(today\/|tickets\/(use|hand-out)$)/.test(pathname)) list.append(await item(pathname, await cache.match(request)));
    }
  }
  section.hidden = list.children.length === 0;
}

async function item(path, response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const link = Object.assign(document.createElement("a"), { href: path, textContent: page.querySelector("h1").textContent });
  const line = document.createElement("li");
  line.append(link);
  return line;
}
