"""Tests mirror the house: one folder a slice, plus architecture, journeys and support."""
