"""Tests of the follow-up report."""
