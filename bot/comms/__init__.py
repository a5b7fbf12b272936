"""The comms plan: whoever needs to know of a release hears of it in time, and of every change; nobody else does."""
