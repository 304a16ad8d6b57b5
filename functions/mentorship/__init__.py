"""The functions of the WSRS Mentorship Program: applications in, letters and spreadsheets out."""
