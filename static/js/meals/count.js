// What the counting page shows, worked out from the service's counts and the events that wait. Pure.

export const FIRST = ["under-school-age", "school-age"];
export const EATEN = [...FIRST, "second-helpings", "adults"];

// The button's value: "group+5", or "group-1:<id of the tap it undoes>".
export function readButton(value) {
  const match = /^([a-z-]+?)([+-]\d+)(?::([0-9a-f-]{36}))?$/.exec(value);
  return match && { group: match[1], change: Number(match[2]), undoes: match[3] ?? null };
}

export function makeTap({ id, at, park, day, group, change, undoes }) {
  const body = { park, day, group, change };
  if (undoes) body.undoes = undoes;
  return { id, kind: "meal.tap", at, body };
}

export function waitingFor(events, park, day) {
  return events.filter((event) => event.kind === "meal.tap" && event.body.park === park && event.body.day === day);
}

// The other thing that may wait for a day: its closing or its cancelling.
export function endingFor(events, park, day) {
  const ends = ["meal.close", "meal.cancel"];
  return events.find((event) => ends.includes(event.kind) && event.body.park === park && event.body.day === day);
}

export function withWaiting(counts, waiting) {
  const shown = { ...counts };
  for (const { body } of waiting) shown[body.group] = (shown[body.group] ?? 0) + body.change;
  return shown;
}

export function sum(counts, groups) {
  return groups.reduce((total, group) => total + (counts[group] ?? 0), 0);
}

export function plate(counts, portions) {
  const first = sum(counts, FIRST);
  const left = portions - sum(counts, EATEN);
  return { first, left, over: Math.max(0, -left), all: Math.max(portions, first, 1) };
}

// Which of the days that a page carries is today's, and which comes next.
export function findDay(days, today) {
  return { own: days.find((day) => day.day === today) ?? null, next: days.find((day) => day.day > today) ?? null };
}

const A_DAY = 24 * 3600 * 1000;
const LONG = 10 * 60 * 1000;
export const SENT_SHOWN = 4000;

// The line of words about what is not sent: {kind: ok | warn | bad, title, more}, keys of sentences with their values.
export function lineOf({ waiting, refusal, state, since, oldest, now, sentAt }) {
  if (refusal) return { kind: "bad", title: ["refused", { why: refusal }], more: null };
  if (waiting === 0) return { kind: "ok", title: now - sentAt < SENT_SHOWN ? ["sent", { at: sentAt }] : null, more: null };
  const title = waiting === 1 ? ["waitingOne", {}] : ["waiting", { n: waiting }];
  if (oldest > A_DAY) return { kind: "bad", title, more: ["old", {}] };
  if (state === "ended") return { kind: "bad", title, more: ["ended", {}] };
  if (state !== "sent" && now - since > LONG) return { kind: "bad", title, more: ["long", { at: since }] };
  return { kind: "warn", title, more: [{ offline: "offline", retry: "retry", sent: "sending" }[state], {}] };
}
