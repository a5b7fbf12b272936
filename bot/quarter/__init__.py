"""The quarter: what came of the last plan, what was learned, what is bet on next, and the plan made of it."""
