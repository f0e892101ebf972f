"""Tests of the manager's desk."""
