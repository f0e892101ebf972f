// The time by the service's clock: a phone's own may be wrong by hours, and then by a day.

const KEPT = "pilot-ops.clock";

export class Clock {
  constructor(storage, device = Date.now) {
    Object.assign(this, { storage, device });
  }

  // The service said what time it is; remembered, so that it holds without a network too.
  set(serverTime) {
    try {
      this.storage.setItem(KEPT, String(new Date(serverTime).getTime() - this.device()));
    } catch {
      // Full: the offset of before is as good.
    }
  }

  // A page says when it was made: it is at least so late, and on the first visit just so late.
  atLeast(moment) {
    if (this.storage.getItem(KEPT) === null || this.now() < new Date(moment)) this.set(moment);
  }

  now() {
    return new Date(this.device() + (Number(this.storage.getItem(KEPT)) || 0));
  }

  // The day in the parks, such as 2024-07-02.
  day() {
    return dayAt(this.now());
  }
}

export const dayAt = (moment) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Helsinki" }).format(moment);

// 11.52, in the parks.
export function clock(moment) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Helsinki", hour: "numeric", minute: "2-digit" });
  return parts.format(moment).replace(/^0/, "").replace(":", ".");
}

export const dayOf = (text) => `${Number(text.slice(8))}.${Number(text.slice(5, 7))}.`;
