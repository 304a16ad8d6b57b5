"""The room `applicant`."""
