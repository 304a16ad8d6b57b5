"""Mentors and mentees: what mentees ask for compared with what mentors offer."""
