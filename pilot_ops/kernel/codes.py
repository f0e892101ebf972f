"""Codes that people read aloud and type: no look-alikes, and case, spaces and dashes make no difference."""

from __future__ import annotations

import hashlib

# 0 O 1 I L U are missing. Each character of the thirty holds 4.9 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def clean_code(text: str) -> str:
    """A code as it is compared: upper case, without the spaces and dashes that people put in."""
    return "".join(text.upper().split()).replace("-", "")


def code_digest(code: str) -> str:
    """What is stored of a random code or secret: as it cannot be guessed, a plain digest suffices."""
    return hashlib.sha256(code.encode()).hexdigest()


def grouped(code: str) -> str:
    """A code in groups of four, for reading: the last group takes what would stand alone."""
    groups = [code[start : start + 4] for start in range(0, len(code), 4)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return " ".join(groups)
