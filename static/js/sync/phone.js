// The page of this phone: what waits, what was refused, and ways to get it out.

import { isToBeInstalled } from "../kernel/offline.js";
import { Outbox, wire } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { list } from "../meals/names.js";

export default async function attach(root) {
  const { user, sync, name } = root.dataset;
  const texts = root.querySelector("[data-texts]").dataset;
  const one = (part) => root.querySelector(`[data-${part}]`);
  const outbox = await Outbox.open(user, show);
  const fetch = window.fetch.bind(window);
  const later = (work, wait) => window.setTimeout(work, wait);
  const sender = new Sender({ outbox, url: sync, fetch, locks: navigator.locks, later, heard: show });

  function show(answer) {
    const { waiting, refused, conflicts } = outbox;
    one("none").hidden = waiting.length + refused.length > 0;
    for (const [part, events] of Object.entries({ waiting, refused, conflicts })) {
      one(part).hidden = events.length === 0;
      list(one(part).querySelector("ul"), events, texts);
    }
    one("state").textContent = (answer && texts[answer.state]) || "";
  }

  async function settle(work) {
    await work();
    show();
    sender.send();
  }

  // For the day when the phone finds no network any more: a file that a coordinator can read in.
  function save() {
    const events = [...outbox.waiting, ...outbox.refused].map(wire);
    const content = JSON.stringify({ kind: "pilot-ops.outbox", made_by: name, events }, null, 1);
    const href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
    const day = new Date().toISOString().slice(0, 10);
    Object.assign(document.createElement("a"), { href, download: `pilot-ops-${day}.json` }).click();
    window.setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  const on = (part, work) => one(part).addEventListener("click", work);
  on("send-now", () => sender.send());
  on("save", save);
  on("again", () => settle(() => outbox.tryAgain()));
  on("seen", () => settle(() => outbox.remove(outbox.conflicts.map((event) => event.id))));
  on("forget", () => settle(() => outbox.remove(outbox.refused.map((event) => event.id))));
  for (const event of ["online", "focus"]) window.addEventListener(event, () => sender.send());
  await tellOfKeeping(one, texts);
  show();
  sender.send();
}

async function tellOfKeeping(one, texts) {
  one("keeping").textContent = (await navigator.storage?.persisted?.()) ? texts.kept : texts.mayBeCleared;
  one("install").hidden = !isToBeInstalled();
}
