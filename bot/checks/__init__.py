"""The checks of the operating system: each with an id, what it finds in the records, and who sees to it."""
