"""The decision log: raise a question, record an answer, and see that neither is left without an owner."""
