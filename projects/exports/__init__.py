"""Published curricula as files: the folder that one was published from, and a cartridge for other systems."""
