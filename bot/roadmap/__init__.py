"""The roadmap: what each area does now, next and later, who is sure of it how much, and every move with its reason."""
