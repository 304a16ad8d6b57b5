"""All that is stored, as one file and back, and what is stored of one address, deleted."""
