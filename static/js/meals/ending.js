// Closing or cancelling a day: posted as a form where there is a network; else kept on the phone, and sent like a tap.

import { Clock } from "../kernel/clock.js";
import { Outbox } from "../kernel/outbox.js";
import { Sender } from "../kernel/send.js";
import { makeId } from "../kernel/uuid.js";
import { readCancelling, readClosing } from "./closing.js";
import { FIRST, endingFor, sum, waitingFor, withWaiting } from "./count.js";
import { recall } from "./known.js";

const READ = { "meal.close": readClosing, "meal.cancel": readCancelling };

export default async function attach(form) {
  const { user, park, day, kind } = form.dataset;
  const ready = Outbox.open(user).then((outbox) => new Ending(form, outbox, { park, day, kind }));
  const button = form.querySelector("button:not([type=button])");
  const isBusy = (busy) => button.setAttribute("aria-disabled", busy);
  // From now on a press is answered here, once at a time; where the phone has no database, as the form it is.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    isBusy(true);
    ready.then((ending) => ending.submit(), () => form.submit()).finally(() => isBusy(false));
  });
  (await ready).takeUp();
}

class Ending {
  constructor(form, outbox, { park, day, kind }) {
    Object.assign(this, { form, outbox, park, day, kind });
    this.clock = new Clock(window.localStorage);
    this.token = form.elements.csrf_token;
  }

  get counts() {
    const { counts } = recall(window.localStorage, this.park, this.day);
    return withWaiting(counts, waitingFor(this.outbox.waiting, this.park, this.day));
  }

  // A closing that the service refused is here to be put right, as it was typed; and the count is as this phone knows it.
  takeUp() {
    const refused = endingFor(this.outbox.refused, this.park, this.day);
    if (refused?.kind === this.kind) {
      for (const [name, value] of Object.entries(refused.body.typed ?? {})) this.fill(name, value);
    }
    const children = document.querySelector("[data-children]");
    if (children && sum(this.counts, FIRST) > 0) children.textContent = sum(this.counts, FIRST);
  }

  fill(name, value) {
    const field = this.form.elements[name];
    if (field) field.value = value;
  }

  async submit() {
    if (await this.isReached()) return this.form.submit();
    const fields = Object.fromEntries(new FormData(this.form));
    const { values, wrong } = READ[this.kind](fields, this.counts);
    this.show(wrong);
    if (Object.keys(wrong).length === 0) await this.put(values, fields);
  }

  // Whether the service has everything of this person, and knows them; then it also gives the form a token of today.
  async isReached() {
    const fetch = window.fetch.bind(window);
    const { sync } = this.form.dataset;
    const sender = new Sender({ outbox: this.outbox, url: sync, token: this.token.value, fetch, locks: navigator.locks });
    if (await sender.refresh().catch(() => "offline")) return false;
    this.token.value = sender.token;
    await sender.send();
    return sender.left.length === 0;
  }

  async put(values, fields) {
    const { csrf_token: _token, ...typed } = fields;
    const body = { park: this.park, day: this.day, ...values, typed };
    const refused = endingFor(this.outbox.refused, this.park, this.day);
    await this.outbox.add({ id: makeId(), kind: this.kind, at: this.clock.now().toISOString(), body });
    if (refused) await this.outbox.remove([refused.id]);
    window.location.assign(this.form.dataset.back);
  }

  // The sentence beside its field, as the service would put it.
  show(wrong) {
    for (const old of this.form.querySelectorAll("[data-wrong]")) this.unsay(old);
    for (const [name, key] of Object.entries(wrong)) this.say(name, this.form.dataset[`say${key[0].toUpperCase()}${key.slice(1)}`]);
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }

  say(name, sentence) {
    const found = this.form.elements[name];
    const input = found instanceof RadioNodeList ? found[0] : found;
    const box = input.closest(".field");
    const error = Object.assign(document.createElement("div"), { className: "field__error", id: `${name}-offline-e` });
    error.dataset.wrong = "";
    error.append(Object.assign(document.createElement("p"), { textContent: sentence }));
    box.classList.add("field--bad");
    (box.querySelector("legend") ?? box.querySelector("label")).after(error);
    input.setAttribute("aria-invalid", "true");
    const hints = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error.id);
    input.setAttribute("aria-describedby", [error.id, ...hints].join(" "));
  }

  unsay(error) {
    const box = error.closest(".field");
    box.classList.remove("field--bad");
    box.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    error.remove();
  }
}
