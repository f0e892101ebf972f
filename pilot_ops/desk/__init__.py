"""The manager's desk: everything that needs attention today, each with the page on which it is put right."""
