"""Measurements: ``make bench``. Figures are ratios to a limit or a peer of the same run, never asserted."""
