"""Run every measurement, or those named: ``python -m bench taps phone``."""

from __future__ import annotations

import sys

from bench import costs, desk, phone, printing, public, taps, tickets

_ALL = {
    "taps": taps.measure,
    "tickets": tickets.measure,
    "print": printing.measure,
    "costs": costs.measure,
    "desk": desk.measure,
    "phone": phone.measure,
    "public": public.measure,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or _ALL:
        _ALL[name]()
