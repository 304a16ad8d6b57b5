"""One letter's way from the table to its reader, and back if it bounces."""
