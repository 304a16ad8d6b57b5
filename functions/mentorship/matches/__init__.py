"""Mentors and mentees: what mentees ask for against what mentors offer."""
