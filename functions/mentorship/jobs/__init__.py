"""What runs every morning."""
