"""What coordinators set up for the program, how they sign in, and the audit log."""
