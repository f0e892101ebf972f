// The scanning page: camera, hand scanner or keys, each code answered at once, as big as it can be said.
//
// Without a network the answer is the phone's own (offline.js): it is told what could not be sent.

import { clock } from "../kernel/clock.js";
import { makeId } from "../kernel/uuid.js";
import { Camera } from "./camera.js";
import { sound, vibrate } from "./signals.js";
import { whenOver } from "./undo.js";

const PATIENCE = 8000;
const OPTIONS = "pilot-ops.scanning";

export default async function attach(root) {
  new Page(root).listen();
}

class Page {
  constructor(root) {
    Object.assign(this, { root, busy: false, last: null });
    this.form = root.querySelector("[data-scan-form]");
    this.token = this.form.elements.csrf_token.value;
    this.result = document.querySelector("[data-result]");
    this.texts = root.querySelector("[data-scan-texts]").dataset;
    this.options = { vibrate: true, sound: false, "at-once": root.dataset.action === "use", ...read() };
    const proof = root.dataset.proof.split(" ");
    this.camera = new Camera({ video: this.one("video"), proof, found: (text) => this.found(text), lost: () => this.turn(false) });
  }

  one(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  part(name) {
    return this.result.querySelector(`[data-${name}]`);
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send({ code: this.form.elements.code.value });
    });
    for (const box of this.root.querySelectorAll("[data-option]")) {
      box.checked = Boolean(this.options[box.dataset.option]);
      box.addEventListener("change", () => this.choose(box));
    }
    this.one("options").hidden = false;
    this.part("next").addEventListener("click", () => this.next());
    this.part("undo").addEventListener("click", () => this.send({ id: this.last.follow, action: "undo-hand-out", undoes: this.last.undoes }));
    this.part("second").addEventListener("click", () => this.send({ id: this.last.follow, code: this.last.code, confirmed: true }));
    this.result.addEventListener("close", () => this.rest());
    document.addEventListener("keydown", (event) => this.typed(event));
    if (navigator.mediaDevices?.getUserMedia) this.offerCamera();
    this.form.elements.code.focus();
  }

  choose(box) {
    this.options[box.dataset.option] = box.checked;
    window.localStorage.setItem(OPTIONS, JSON.stringify(this.options));
    if (box.checked && box.dataset.option === "sound") sound("ok");
  }

  offerCamera() {
    const button = this.one("camera");
    button.hidden = false;
    button.addEventListener("click", () => this.turn(!this.camera.on));
    this.one("cameras").addEventListener("change", (event) => this.turn(true, event.target.value));
    this.one("light").addEventListener("click", ({ currentTarget: light }) => {
      const on = light.getAttribute("aria-pressed") !== "true";
      this.camera.light(on).then(() => light.setAttribute("aria-pressed", on), () => {});
    });
    window.addEventListener("pagehide", () => this.turn(false));
  }

  // Where the focus waits for the next code. With the camera on that is no field: it would bring a phone's keys over the picture.
  rest() {
    const { code } = this.form.elements;
    if (code.value || document.activeElement === code) return;
    (this.camera.on ? this.one("view") : code).focus();
  }

  // A hand scanner types whatever is on the screen: its next code is never lost on a button or a result.
  typed({ key, target, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey || !/^[\w:/-]$/.test(key) || target.closest("input, select, textarea")) return;
    this.form.elements.code.value = "";
    if (this.result.open) this.result.close();
    this.form.elements.code.focus();
  }

  async turn(on, deviceId = "") {
    this.tell(on ? this.texts.opening : "");
    if (on) await this.camera.open(deviceId).then(() => this.tell(""), (problem) => this.refused(problem));
    else this.camera.close();
    this.one("view").hidden = !this.camera.on;
    this.one("camera-text").textContent = this.camera.on ? this.texts.close : this.texts.open;
    if (!this.camera.on) return;
    this.one("light").hidden = !this.camera.hasLight;
    const cameras = await this.camera.cameras();
    this.one("cameras-box").hidden = cameras.length < 2;
    const name = ({ deviceId: id, label }, place) => new Option(label || `${place + 1}`, id, false, id === this.camera.track?.getSettings().deviceId);
    this.one("cameras").replaceChildren(...cameras.map(name));
  }

  refused(problem) {
    this.camera.close();
    this.tell(["NotFoundError", "OverconstrainedError"].includes(problem.name) ? this.texts.none : this.texts.denied);
  }

  tell(text) {
    this.one("state").textContent = text;
  }

  // A code came into view: done at once, or shown in the field for one tap.
  found(text) {
    // One at a time: what comes into view meanwhile is looked at again.
    if (this.busy) return this.camera.seen.forget(text);
    this.form.elements.code.value = text;
    if (this.options["at-once"]) return this.send({ code: text });
    if (this.options.vibrate) vibrate("read");
    if (this.result.open) this.result.close();
    this.tell(this.texts.read);
    this.form.querySelector("button").focus();
  }

  next() {
    this.result.close();
  }

  // One scan, with an id of its own: sent again with the same id it is the same scan.
  async send({ id = makeId(), action = this.root.dataset.action, code = "", ...more }) {
    if (this.busy || (action !== "undo-hand-out" && !code.trim())) return;
    this.busy = true;
    const group = this.form.elements.group?.value ?? "";
    const scan = { id, action, place: this.root.dataset.place, ...(code ? { code } : {}), ...(group ? { group } : {}), ...more };
    const answer = await this.ask(scan).then((response) => this.understand(response)).catch(() => null);
    this.busy = false;
    if (answer) this.say(answer, scan);
    else this.unreached(scan);
  }

  async ask(scan, again = false) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token };
    const signal = AbortSignal.timeout?.(PATIENCE);
    const response = await window.fetch(this.root.dataset.scans, { method: "POST", headers, body: JSON.stringify(scan), signal });
    if (response.status !== 400 || again) return response;
    // A page kept since yesterday has yesterday's token; or nobody is signed in any more, which is what is then answered.
    const renewed = await window.fetch(this.root.dataset.sync, { headers: { Accept: "application/json" } });
    if (!renewed.ok) return renewed;
    const { user, token } = await renewed.json();
    this.token = token;
    return user === this.root.dataset.user ? this.ask(scan, true) : response;
  }

  // What the service answered, as it is said. Throws where it has not been reached; never settles where one is to sign in.
  async understand(response) {
    if (response.status === 401) {
      window.location.assign(this.root.dataset.signIn);
      return new Promise(() => {});
    }
    const isJson = response.headers.get("Content-Type")?.includes("json");
    // What is between us and the service may answer in its place; then it has not been reached.
    if (response.status >= 500 || !isJson) throw new Error(response.status);
    const answer = await response.json();
    if (answer.headline) return answer;
    const [headline, text] = response.status === 429 ? [this.texts.stopped, this.texts.limited] : [this.texts.notDone, this.texts.refused];
    return { kind: "bad", headline, text, next: "", label: "", title: "", slip: [] };
  }

  say(answer, scan) {
    // Undoing it, or the second person, is one scan however often the button is pressed.
    this.last = { undoes: answer.undoes, code: scan.code, follow: makeId() };
    this.result.className = `result-page result-page--${answer.kind}`;
    for (const badge of this.result.querySelectorAll("[data-badge]")) badge.toggleAttribute("hidden", badge.dataset.badge !== answer.kind);
    for (const name of ["headline", "text", "title", "label"]) this.part(name).textContent = answer[name];
    this.part("after").textContent = answer.next;
    this.part("top").hidden = !answer.label;
    this.part("slip").hidden = !answer.label && answer.slip.length === 0;
    const line = ([label, value]) => ["dt", "dd"].map((tag, place) => Object.assign(document.createElement(tag), { textContent: [label, value][place] }));
    this.part("lines").replaceChildren(...answer.slip.flatMap(line));
    this.part("undo").hidden = !answer.undoes;
    this.calledOff?.();
    this.calledOff = answer.undoes ? whenOver(answer.undo_seconds, () => this.undoOver()) : null;
    this.part("second").hidden = !answer.asks;
    if (!this.result.open) this.result.showModal();
    this.part("next").focus();
    this.form.elements.code.value = "";
    this.tell("");
    if (this.options.vibrate) vibrate(answer.kind);
    if (this.options.sound) sound(answer.kind);
    if (answer.id) this.count(answer, scan);
  }

  undoOver() {
    if (this.part("undo") === document.activeElement) this.part("next").focus();
    this.part("undo").hidden = true;
    this.part("after").textContent = this.texts.undoOver;
  }

  // The summary of the day, and the list it is of.
  count({ label, headline, id, done, left }, scan) {
    const list = document.querySelector("[data-list]");
    const summary = document.querySelector("[data-summary]");
    // What was taken back is not done, and taking it back is none of its own.
    const [name, more] = scan.action === "undo-hand-out" ? ["done", -1] : [done ? "done" : "refused", 1];
    summary.dataset[name] = Math.max(0, Number(summary.dataset[name]) + more);
    summary.textContent = this.texts.tally.replace("{done}", summary.dataset.done).replace("{refused}", summary.dataset.refused);
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `${this.root.dataset.results}${id}`, textContent: this.texts.look });
    line.append(`${clock(new Date())} ${label} ${headline} `, link);
    list.prepend(line);
    if (done) this.offline()?.dispatchEvent(new CustomEvent("tickets:told", { detail: { code: scan.code ?? "", left } }));
  }

  offline() {
    return document.querySelector('[data-module="tickets/offline"][data-attached]');
  }

  unreached({ id, action, code, group = "", confirmed }) {
    const section = this.offline();
    // What is undone, or confirmed for a second person, needs the service: its button stays, and is the same scan again.
    if (action === "undo-hand-out" || confirmed) return void (this.part("text").textContent = this.texts.unreached);
    if (this.result.open) this.result.close();
    if (!section) return this.tell(this.texts.unreached);
    this.form.elements.code.value = "";
    section.dispatchEvent(new CustomEvent("tickets:unreached", { detail: { id, code, group } }));
  }
}

function read() {
  try {
    return JSON.parse(window.localStorage.getItem(OPTIONS)) ?? {};
  } catch {
    return {};
  }
}
