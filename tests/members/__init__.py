"""The room `members`."""
