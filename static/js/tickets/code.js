// The code in what was typed or scanned, as tickets.domain.codes finds it, and its digest, which is all that is kept of it.

const CODE = /^[23456789A-HJKMNP-TV-Z]{17}$/;

// The code itself, or in the link of its QR; "" if there is none.
export function findCode(text) {
  const clean = text.toUpperCase().replace(/[\s-]/g, "");
  const code = clean.split("/T/").at(-1).split("?")[0];
  return CODE.test(code) ? code : "";
}

// Browsers make digests over TLS (or on the machine itself) alone; where they do not, the page stays a form.
export const canDigest = () => Boolean(globalThis.crypto?.subtle && globalThis.caches);

export async function digestOf(code) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
