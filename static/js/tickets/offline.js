// A scanning page without a network: what the phone says by itself, what it has kept, and what came of that afterwards.
//
// The page's form is answered here when the service cannot be reached. A script that asks the service by itself says so:
// it dispatches "tickets:unreached" on this section, with {code, id, group} of its try, or "tickets:told" with {code, left}.

import { dayAt, clock, dayOf } from "../kernel/clock.js";
import { keep } from "../kernel/offline.js";
import { makeId } from "../kernel/uuid.js";
import { canDigest, digestOf, findCode } from "./code.js";
import { Keeping } from "./keeping.js";

const PATIENCE = 3000;
// What the phone says no to; what it is not sure of, a person decides.
const ASKS = ["just-now", "unknown"];

export default async function attach(root) {
  if (!canDigest()) return;
  const { user, kind, place, codes, sync } = root.dataset;
  const form = document.querySelector("[data-scan-form]");
  const page = new Offline(root, form);
  const token = form.elements.csrf_token.value;
  page.keeping = await Keeping.open({ user, kind, place, codes, sync, token, changed: (state) => page.show(state) });
  page.keeping.clock.atLeast(root.dataset.now);
  page.listen();
  page.show();
  keep([root.dataset.phonePage]);
}

class Offline {
  constructor(root, form) {
    Object.assign(this, { root, form, state: "sent", asked: null, texts: root.querySelector("[data-texts]").dataset });
  }

  listen() {
    // After the form's own listeners: whatever they have taken up is theirs.
    document.addEventListener("submit", (event) => {
      if (event.target !== this.form || event.defaultPrevented) return;
      event.preventDefault();
      this.submit();
    });
    this.root.addEventListener("tickets:unreached", (event) => this.answer(event.detail));
    this.root.addEventListener("tickets:told", async ({ detail }) => {
      this.one("answer").hidden = true;
      const code = findCode(detail.code);
      if (code) this.keeping.learn(await digestOf(code), detail.left);
    });
    this.one("keep").addEventListener("click", () => this.keepAsked());
    this.one("drop").addEventListener("click", () => this.next());
    this.one("seen").addEventListener("click", () => this.keeping.acknowledge());
  }

  one(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  // As the form it is where the service is reached; with an id and a token of now, since the page may be one that was kept.
  async submit() {
    if (this.busy) return;
    this.busy = true;
    const { sender } = this.keeping;
    const late = new Promise((done) => window.setTimeout(done, PATIENCE, "late"));
    const why = await Promise.race([sender.refresh(), late]).catch(() => "offline");
    this.busy = false;
    const { elements } = this.form;
    if (why) return this.answer({ code: elements.code.value, group: elements.group?.value ?? "" });
    elements.csrf_token.value = sender.token;
    elements.scan_id.value = makeId();
    this.form.submit();
  }

  // `id` is that of the try that did not reach the service, or whose answer did not come back: both are one scan.
  async answer({ code: text, id = makeId(), group = "" }) {
    const code = findCode(text);
    if (!code) return this.say("noCode", "noCodeText", "err");
    const digest = await digestOf(code);
    const found = this.keeping.judge(digest);
    const scan = { digest, id, group, label: found.label ?? "" };
    if (found.answer === "ok") return this.keep(scan, found);
    this.asked = ASKS.includes(found.answer) ? scan : null;
    const name = camel(found.answer);
    this.say(name, found.answer === "unknown" && !this.keeping.list ? "noList" : `${name}Text`, this.asked ? "warn" : "err", found);
    if (this.asked) this.one("keep").textContent = this.texts[`${name}Keep`];
    for (const button of ["keep", "drop"]) this.one(button).hidden = !this.asked;
  }

  async keepAsked() {
    const { asked } = this;
    this.asked = null;
    if (asked) await this.keep(asked, null);
  }

  // Said once it is on the phone's disk, and not before.
  async keep({ digest, ...scan }, found) {
    try {
      await this.keeping.keep(digest, scan);
    } catch {
      return this.say("full", "fullText", "err");
    }
    navigator.vibrate?.(15);
    if (found) this.say("ok", found.left === 0 ? "okLast" : "okText", "ok", found);
    else this.say("kept", "keptText", "ok");
    this.next(false);
  }

  // The next code can be scanned at once.
  next(hide = true) {
    if (hide) this.one("answer").hidden = true;
    this.form.elements.code.value = "";
    this.form.elements.code.focus();
  }

  say(headline, text, kind, found = {}) {
    const box = this.one("answer");
    const { at = 0, day, left, listed = 0, old = false, label = "", name = "" } = found;
    const when = { at: at ? clock(new Date(at)) : "", day: day ? dayOf(day) : at ? dayOf(dayAt(new Date(at))) : "", left };
    box.hidden = false;
    box.dataset.kind = kind;
    this.one("headline").textContent = this.texts[headline];
    this.one("text").textContent = [name && `${name} ${label}.`, fill(this.texts[text], when)].filter(Boolean).join(" ");
    const told = { day: dayOf(dayAt(new Date(listed))), at: clock(new Date(listed)) };
    this.one("listed").textContent = listed ? fill(this.texts[old ? "listedOld" : "listed"], told) : "";
    for (const button of ["keep", "drop"]) this.one(button).hidden = true;
    if (kind !== "ok") box.focus();
  }

  show(state = this.state) {
    this.state = state;
    const { waiting, conflicts, outbox } = this.keeping ?? { waiting: [], conflicts: [], outbox: { refused: [] } };
    this.one("waiting").hidden = waiting.length === 0;
    this.one("waiting-title").textContent = waiting.length === 1 ? this.texts.waitingOne : fill(this.texts.waitingMany, { n: waiting.length });
    this.one("waiting-text").textContent = this.texts[state];
    this.list("waiting", waiting.slice(-10), (event) => named(event));
    this.one("conflicts").hidden = conflicts.length === 0;
    this.list("conflicts", conflicts, (event) => `${named(event)}: ${event.why}`);
    this.one("refused").hidden = outbox.refused.length === 0;
  }

  list(part, events, words) {
    const line = (event) => Object.assign(document.createElement("li"), { textContent: words(event) });
    this.one(part).querySelector("ul").replaceChildren(...events.map(line));
  }
}

// What the service said of it, or the list; of a code that nobody knows, its time alone.
const named = ({ label, body, at }) => [label || body.label, `${dayOf(dayAt(new Date(at)))} ${clock(new Date(at))}`].filter(Boolean).join(" ");
const camel = (text) => text.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
