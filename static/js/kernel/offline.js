// The pages of a park without a network: the worker behind them, what it keeps, and the phone's leave to keep it.

// Every cache of ours, of this version of the pages and of those before.
export const CACHES = "pilot-ops-";

// On every page of those who count: start the worker, and ask the phone not to clear what is kept.
export default function attach(body) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register(body.dataset.worker, { type: "module", updateViaCache: "none" }).catch((problem) => {
    console.info("no worker:", problem);
  });
  navigator.storage?.persist?.();
  if (body.classList.contains("tally-page") && navigator.serviceWorker.controller) renew();
}

// A new version has taken over: the counting page, which may be open for days, begins anew once nobody looks at it.
function renew() {
  const reload = () => document.hidden && window.location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    document.addEventListener("visibilitychange", reload);
    reload();
  });
}

// Have the worker keep this page, and those it leads to without a network, for the next time.
export async function keep(paths) {
  const registration = await navigator.serviceWorker?.ready;
  registration?.active.postMessage({ keep: [window.location.pathname, ...paths] });
}

// Safari clears what a page keeps after seven days without a visit, unless the page is on the home screen.
export const isToBeInstalled = () => "standalone" in navigator && !navigator.standalone;

// Chromium sends by itself once there is a network, even when the page has been closed.
export async function sendLater() {
  const registration = await navigator.serviceWorker?.ready;
  await registration?.sync?.register("outbox").catch(() => {});
}
