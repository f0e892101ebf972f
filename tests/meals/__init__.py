"""Tests of meal days."""
