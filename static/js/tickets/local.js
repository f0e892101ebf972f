// What a phone answers to a scan by itself, from the list that it keeps of its place and from what waits on it. Pure.
//
// The list is {kind: venue | point, types, codes}; a row of `codes` is [digest, type, number, left, last use in seconds].
// The phone knows what it did itself, and nothing of the others since the list was told: its answer is never a promise,
// and a code that is not in the list is none that is wrong.

export const SHORT = 20;
// As tickets.domain.scans: the same wristband again within this time is asked about.
const GUARD = 2 * 60_000;
const OLD = 24 * 3600_000;
const KINDS = { venue: "ticket.use", point: "ticket.hand-out" };

// The ticket that a digest stands for, or null.
export function find({ types, codes }, digest) {
  const row = codes.find(([short]) => short === digest.slice(0, SHORT));
  if (!row) return null;
  const [, type, serial, left, used = 0] = row;
  const { prefix } = types[type];
  return { ...types[type], label: `${prefix}-${String(serial).padStart(4, "0")}`, left, used: used * 1000 };
}

// What waits on this phone of a ticket at a place.
export function waitingOf(events, { kind, place, digest }) {
  const same = (event) => event.kind === KINDS[kind] && event.body.place === place && event.body.digest === digest;
  return events.filter(same);
}

// {answer, label, name, left, uses, at, listed, old}. The answers: ok, just-now (ask whether it is for a second person),
// used-up, already-handed-out, expired, not-yet-valid, and unknown: this cannot be told without a network.
// `list` is null where there is none; `today` is a day such as 2026-07-01; `told` is when the list was told.
export function judge({ kind, list, told = 0, waiting, place, digest, now, today }) {
  const about = { listed: told, old: !list || now - told > OLD };
  const mine = waitingOf(waiting, { kind, place, digest });
  const last = Math.max(0, ...mine.map((event) => Date.parse(event.at)));
  const ticket = list && find(list, digest);
  if (!ticket) {
    // Kept once already and nothing known of it: what is known is when.
    return { answer: mine.length && now - last < GUARD ? "just-now" : "unknown", at: last, ...about };
  }
  const { label, name, uses } = ticket;
  return { label, name, uses, ...about, ...(kind === "venue" ? ofUse : ofHandOut)(ticket, mine.length, last, now, today) };
}

// In the order of tickets.domain.scans.why_not_use.
function ofUse(ticket, mine, last, now, today) {
  const left = ticket.left - mine;
  const at = Math.max(ticket.used, last);
  if (left <= 0) return { answer: "used-up", left: 0, at };
  if (ticket.until && today > ticket.until) return { answer: "expired", left, at, day: ticket.until };
  if (ticket.from && today < ticket.from) return { answer: "not-yet-valid", left, at, day: ticket.from };
  if (at && Math.abs(now - at) < GUARD) return { answer: "just-now", left, at };
  return { answer: "ok", left: left - 1, at: now };
}

function ofHandOut(ticket, mine, last, now, today) {
  if (mine || ticket.left < 0) return { answer: "already-handed-out", at: Math.max(ticket.used, last) };
  if (ticket.until && today > ticket.until) return { answer: "expired", at: 0, day: ticket.until };
  return { answer: "ok", left: ticket.left, at: now };
}

// The list after the service has answered a scan: what it then had left, which the list did not know. Handed out is -1.
export function withNews(list, { digest, left, at, handedOut = false }) {
  const short = digest.slice(0, SHORT);
  const change = (row) => [row[0], row[1], row[2], handedOut ? -1 : left, Math.floor(at / 1000)];
  return { ...list, codes: list.codes.map((row) => (row[0] === short ? change(row) : row)) };
}

// The event of what has happened. `label` is for the phone alone: its lists say which ticket it was.
export function makeScan({ id, at, kind, place, digest, group = "", label = "" }) {
  const body = { digest, place, ...(group ? { group } : {}), ...(label ? { label } : {}) };
  return { id, kind: KINDS[kind], at, body };
}
