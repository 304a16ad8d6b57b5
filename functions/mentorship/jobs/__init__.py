"""Does what runs on a schedule: the morning's work, and a look at what is on hold."""
