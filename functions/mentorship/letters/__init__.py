"""Letters: what the program has to write, to whom, and how far each one has come."""
