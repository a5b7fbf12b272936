"""Where something stands, answered from the records so that nobody has to reply: a reading room."""
