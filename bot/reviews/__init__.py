"""Reviews: rituals that meet. Drumbeat reminds, and waits for what the meeting left."""
