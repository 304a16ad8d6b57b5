"""The WSRS Mentorship Program's functions: applications in, letters out, spreadsheets on request."""
