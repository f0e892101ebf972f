"""Files of meal days, in and out."""
