"""Notices: whom the program emails without being asked, and when."""
