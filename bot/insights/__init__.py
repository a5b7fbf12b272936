"""Insights: what anybody tells us, from its capture to the moment at which they are told what became of it."""
