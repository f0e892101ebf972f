"""Tests of families' pages."""
