"""A promise to say something, kept: written in the caller's transaction, posted once, whatever crashes."""
