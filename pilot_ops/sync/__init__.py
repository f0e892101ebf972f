"""Sync: what phones send, and what they are answered."""
