"""What is on me, what is next: the Home tab, `/cadence today` and `/cadence help`."""
