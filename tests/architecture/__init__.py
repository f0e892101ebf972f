"""Tests that the house is built as planned."""
