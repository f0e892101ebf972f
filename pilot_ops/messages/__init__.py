"""Messages: what needs somebody's attention, until it is settled."""
