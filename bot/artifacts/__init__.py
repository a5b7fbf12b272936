"""A reading room: the artifact library, with how fresh each artifact is and whether it was done as it went out."""
