"""One calendar of everything: meal days and events, and where they get in each other's way."""
