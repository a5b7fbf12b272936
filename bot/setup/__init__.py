"""The setup interview: what a company says of itself, and the definitions that are proposed for it."""
