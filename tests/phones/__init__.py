"""Tests of phones."""
