"""What became of a release: captures, escapes, who knew of it, its target, what was learned. Stands on the releases."""
