"""Run every measurement, or those named: ``python -m bench taps costs``."""

from __future__ import annotations

import sys

from bench import costs, taps

_ALL = {"taps": taps.measure, "costs": costs.measure}

if __name__ == "__main__":
    for name in sys.argv[1:] or _ALL:
        _ALL[name]()
