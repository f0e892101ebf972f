"""Phones: a park's own phones, which count without anybody's personal account."""
