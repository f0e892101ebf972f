// Says that a page is old when it has lain on the phone for three hours, as one kept open or shown without a network has.

const OLD_MS = 3 * 3600 * 1000;

/** Whether a page made at a moment is old at another. */
export const isOld = (made, now) => now - made > OLD_MS;

export default function attach(note) {
  const made = Date.parse(note.dataset.made);
  const look = () => (note.hidden = !isOld(made, Date.now()));
  look();
  for (const event of ["visibilitychange", "pageshow"]) addEventListener(event, look);
  setInterval(look, 60000);
}
