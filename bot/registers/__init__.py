"""Registers: what may go wrong, what is not answered yet, and what is done next, each with an owner and a day."""
