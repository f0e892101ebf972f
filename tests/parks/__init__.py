"""Tests of parks."""
