"""Enablement: what those who talk to customers are to know of a release, and that each of them knows it."""
