"""How the operating system itself does: seventeen measures computed from the records, against what a team wants."""
