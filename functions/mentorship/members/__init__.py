"""The member list: read as societies keep it, and stored as keyed hashes."""
