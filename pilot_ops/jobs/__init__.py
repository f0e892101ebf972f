"""Jobs: what the clock starts, each once per period."""
