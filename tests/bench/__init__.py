"""Measurements can be taken."""
