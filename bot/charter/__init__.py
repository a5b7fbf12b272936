"""The charter of product operations: shown, approved, announced when it changes; and who decides what."""
