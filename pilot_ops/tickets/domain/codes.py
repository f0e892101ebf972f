"""The code of a ticket: opaque, not to be guessed, and made anew from a key that is not in the database."""

from __future__ import annotations

import hashlib
import hmac
import re
from uuid import UUID

from pilot_ops.kernel.codes import ALPHABET, clean_code, code_digest

# Seventeen characters of thirty hold 83 bits.
LENGTH = 17
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_PATH = "/T/"


def code_key(secret: str) -> bytes:
    """The key that codes are made with, derived from the service's secret so that it serves no other purpose."""
    return hmac.new(secret.encode(), b"pilot-ops ticket codes", hashlib.sha256).digest()


def make_code(key: bytes, batch_id: UUID, serial: int) -> str:
    """The code of a ticket: the same every time, and without the key as good as random.

    512 bits are taken for 83, so that no character is likelier than another.
    """
    number = int.from_bytes(hmac.new(key, b"%s/%d" % (batch_id.bytes, serial), hashlib.sha512).digest())
    code = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def find_code(text: str) -> str | None:
    """The code in what was typed or scanned: the code itself or the link in its QR; None if there is none in it."""
    code = clean_code(text).rpartition(_PATH)[2].partition("?")[0]
    return code if _CODE.fullmatch(code) else None


def digest_in(text: str) -> str | None:
    """The digest of the code in what was typed or scanned, which is what is stored of it; None without a code."""
    code = find_code(text)
    return code_digest(code) if code else None


def link_of(public_url: str, code: str) -> str:
    """The link in a ticket's QR, in capitals: those take a QR the fewest modules, and hosts know no case."""
    return f"{public_url}{_PATH}{code}".upper()
