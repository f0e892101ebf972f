"""Counting: an append-only tally for anything that has an id."""
