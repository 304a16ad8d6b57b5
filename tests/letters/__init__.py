"""The room `letters`."""
