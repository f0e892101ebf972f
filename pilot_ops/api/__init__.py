"""API: what other programs may read, with tokens of their own."""
