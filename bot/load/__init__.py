"""What people are asked, and how much: their own numbers to themselves, those of the team to everybody."""
