"""The room `archive`."""
