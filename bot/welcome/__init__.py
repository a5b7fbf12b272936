"""First contact: what Drumbeat says of itself in a channel, in a direct message and on Home, and the first steps."""
