"""A reading room: the operating system pack, made of the definitions in force and the records as they are now."""
