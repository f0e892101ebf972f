"""Parks: their names and addresses, and who is staff where."""
