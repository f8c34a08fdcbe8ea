"""Long Short-Term Memory networks, explained gate by gate."""
