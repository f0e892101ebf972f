"""Places of the city's service map (Palvelukartta), with what it says of their accessibility."""
