"""Calendar feeds: what a person or a channel sees of the cadence in a calendar of their own."""
