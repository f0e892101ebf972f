// What the service last told of a day, so that a page opened without a network does not begin at nothing: its counts,
// and whether it has ended (closed or cancelled).

const KEPT = "pilot-ops.day.";
const DAYS = 7;

// `at`: when it was told, in milliseconds.
export function remember(storage, park, day, { counts, ended, at }) {
  try {
    storage.setItem(`${KEPT}${day}/${park}`, JSON.stringify({ counts, ended, at }));
  } catch {
    // Full: then it begins at nothing, and the service tells again.
  }
}

export function recall(storage, park, day) {
  return JSON.parse(storage.getItem(`${KEPT}${day}/${park}`) ?? '{"counts": {}, "ended": "", "at": 0}');
}

// Days long past need not be remembered.
export function tidy(storage, today) {
  const first = new Date(Date.parse(today) - DAYS * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const old = Object.keys(storage).filter((key) => key.startsWith(KEPT) && key.slice(KEPT.length, KEPT.length + 10) < first);
  for (const key of old) storage.removeItem(key);
}
