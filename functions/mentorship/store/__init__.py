"""DynamoDB, and the only code that knows its tables, items and indexes."""
