"""Meals: what happened on a meal day - the count, portions, temperatures, closing."""
