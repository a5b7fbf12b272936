"""Who is who: the people of the definitions as Slack knows them, their hours, absence and channels."""
