"""Applications as a spreadsheet: what is asked for, and how it is written."""
