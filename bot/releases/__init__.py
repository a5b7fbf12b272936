"""Releases: register them, see what they still need, and get a computed advice whether to go."""
