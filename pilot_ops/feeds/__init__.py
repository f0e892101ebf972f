"""What others read and what is read of others: calendars, Linked Events, units of the service map, and more."""
