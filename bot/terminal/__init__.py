"""The commands of `drumbeat`, a file for each group: each reads arguments, calls one function, prints what it gives."""
