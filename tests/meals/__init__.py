"""Tests of the meals."""
