// Sorts the parks by how near they are. Asks for the location only on a press, and sends it nowhere.

const EARTH_M = 6371000;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two places, along the surface of the earth. */
export function metres(from, to) {
  const half = (a, b) => Math.sin(radians(b - a) / 2) ** 2;
  const chord =
    half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lon, to.lon);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** `850 m`, `1,2 km` or `14 km`, as the language writes it. */
export function distance(far, language) {
  const near = far < 1000;
  const value = near ? Math.max(50, Math.round(far / 50) * 50) : far / 1000;
  const digits = { maximumFractionDigits: near || value >= 10 ? 0 : 1, numberingSystem: "latn" };
  return `${new Intl.NumberFormat(language, digits).format(value)}\u00a0${near ? "m" : "km"}`;
}

/** The same items, the nearest first; those whose place nobody has written come last, as they were. */
export function sorted(items, here, placeOf) {
  const far = new Map(items.map((item) => [item, placeOf(item) ? metres(here, placeOf(item)) : Infinity]));
  return [...items].sort((a, b) => (far.get(a) === far.get(b) ? 0 : far.get(a) - far.get(b)));
}

const placeOf = (item) =>
  item.dataset.lat === undefined ? null : { lat: Number(item.dataset.lat), lon: Number(item.dataset.lon) };

export default function attach(button) {
  if (!("geolocation" in navigator)) return;
  const list = document.getElementById(button.dataset.list);
  const says = document.getElementById(button.dataset.says);

  function show(position) {
    const here = { lat: position.coords.latitude, lon: position.coords.longitude };
    for (const item of sorted([...list.children], here, placeOf)) {
      list.append(item);
      const place = placeOf(item);
      if (!place) continue;
      const away = item.querySelector(".place__away");
      // Letters and figures of a distance run from the left also where the page does not.
      const figure = document.createElement("bdi");
      figure.dir = "ltr";
      figure.textContent = distance(metres(here, place), document.documentElement.lang);
      const [before, after] = button.dataset.away.split("#");
      away.replaceChildren(before, figure, after);
      away.hidden = false;
    }
    says.textContent = button.dataset.done;
  }

  button.addEventListener("click", () => {
    const options = { maximumAge: 300000, timeout: 10000 };
    navigator.geolocation.getCurrentPosition(show, () => (says.textContent = button.dataset.denied), options);
  });
  button.hidden = false;
}
