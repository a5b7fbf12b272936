"""Why did I, or did I not, get this: told from what the rules decided and what was kept of it."""
