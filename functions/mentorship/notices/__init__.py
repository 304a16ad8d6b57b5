"""Whom the program writes to without being asked, and when."""
