"""The Lambda functions, a file for each."""
