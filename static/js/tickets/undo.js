// The button that takes a hand-out back goes when its time is over: the service would refuse it.

export default function attach(root) {
  whenOver(Number(root.dataset.seconds), () => {
    const form = root.querySelector("form");
    if (form.contains(document.activeElement)) document.querySelector(".btn--on").focus();
    form.hidden = true;
    root.querySelector("[role=status]").textContent = root.dataset.over;
  });
}

// Calls once when so many seconds are over, also on a phone that slept meanwhile; gives what calls it off.
export function whenOver(seconds, then) {
  const ends = Date.now() + seconds * 1000;
  let timer;
  const look = () => {
    stop();
    const left = ends - Date.now();
    if (left <= 0) return then();
    timer = window.setTimeout(look, left);
    document.addEventListener("visibilitychange", look);
  };
  const stop = () => {
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
  look();
  return stop;
}
