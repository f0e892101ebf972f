// Which codes that a camera sees are new: it looks several times a second, and a ticket stays in view. Pure.

// Out of view for so long, the same code is another scan.
const GONE = 1500;

export class Seen {
  constructor() {
    Object.assign(this, { text: "", at: 0 });
  }

  // Whether a code in view at a moment was not in view just before.
  fresh(text, now) {
    const same = text === this.text && now - this.at < GONE;
    Object.assign(this, { text, at: now });
    return !same;
  }
}
