"""Sign-up for events: without an account, and without more data than needed."""
