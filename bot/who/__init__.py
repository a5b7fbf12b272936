"""Who decides, owns or leads what, and who stands in today: a reading room."""
