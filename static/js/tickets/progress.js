// Follows a print: asks for the page again and puts its new state in, until nothing is on its way any more.

const EVERY = 1000;

export default function attach(element) {
  const next = async () => {
    const fresh = await state().catch(() => null);
    if (fresh && fresh.innerHTML !== element.innerHTML) element.replaceChildren(...fresh.childNodes);
    if (!fresh || "going" in fresh.dataset) setTimeout(next, EVERY);
  };
  setTimeout(next, EVERY);

  async function state() {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.getElementById(element.id);
  }
}
