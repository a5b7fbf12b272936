"""Drumbeat: the Slack bot that runs a product organisation's operating system."""

__version__ = "0.1.0"
