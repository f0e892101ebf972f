"""Pages for families and any resident: lunches in parks, events outdoors, posters."""
