"""Tests of the places of the service map."""
