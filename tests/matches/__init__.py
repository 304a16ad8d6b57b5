"""The room `matches`."""
