"""Tests of sign-up for events."""
