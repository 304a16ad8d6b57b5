"""What applicants see and send: the form, their application, and the links to it."""
