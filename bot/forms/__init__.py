"""The forms that people fill in: how long each takes, and how often it is given up."""
