"""The member list: read as societies have it, and kept as keyed hashes."""
