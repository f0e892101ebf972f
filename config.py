"""Defaults of every setting; each is overridden by the environment variable PILOT_OPS_<NAME>."""
