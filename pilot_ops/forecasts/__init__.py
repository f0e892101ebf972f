"""Forecasts: order help, the range of the costs, and what-if."""
