"""The room `applications`."""
