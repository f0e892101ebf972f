"""What tests share: databases, builders, the page check, a browser and a running server."""
