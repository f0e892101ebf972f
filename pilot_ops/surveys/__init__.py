"""The anonymous survey after a visit, and what it says of each ticket type."""
