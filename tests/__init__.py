"""The tests, in the order of the product's own folders."""
