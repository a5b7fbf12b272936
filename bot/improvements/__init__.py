"""Ideas for a better way of working: brought by anybody, answered by product ops, and told of once they are done."""
