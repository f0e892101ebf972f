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
