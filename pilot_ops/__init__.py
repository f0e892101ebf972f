"""Pilot Ops: event and park-meal pilot operations for a city's wellbeing programme."""
