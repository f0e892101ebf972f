"""Nature-sport events: what the city offers outdoors, and whom it suits."""
