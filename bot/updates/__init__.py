"""Weekly updates: ask each area's owner, collect the answers, compile the digest."""
