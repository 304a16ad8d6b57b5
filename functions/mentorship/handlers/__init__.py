"""One file for each Lambda function."""
