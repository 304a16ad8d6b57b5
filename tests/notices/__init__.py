"""The room `notices`."""
