"""Prompts: what is asked of a person goes out once a day, in one message."""
