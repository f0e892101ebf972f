// Which codes that a camera sees are new: it looks several times a second, and a ticket stays in view. Pure.

// Out of view for so long, the same code is another scan.
const GONE = 1500;

export class Seen {
  constructor() {
    this.at = new Map();
  }

  // Whether a code in view at a moment was not in view just before.
  fresh(text, now) {
    for (const [known, at] of this.at) if (now - at >= GONE) this.at.delete(known);
    const same = this.at.has(text);
    this.at.set(text, now);
    return !same;
  }

  // It could not be dealt with now: it is new when it is next seen.
  forget(text) {
    this.at.delete(text);
  }
}
